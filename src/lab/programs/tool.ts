import { spawn } from "node:child_process";
import type { Environment } from "./path.ts";
import { sendSignal } from "./signal.ts";

/** How a program that runs once ended; `because` is one sentence and the last lines that it printed. */
export type ToolResult = { readonly ok: true } | { readonly ok: false; readonly because: string };

export interface ToolOptions {
  readonly environment: Environment;
  readonly deadlineMs: number;
}

const keptCharacters = 2000;

/** Runs a program once, without input, and ends it at the deadline together with what it started. */
export function runTool(command: readonly string[], options: ToolOptions): Promise<ToolResult> {
  const [file = "", ...args] = command;
  const { environment, deadlineMs } = options;
  return new Promise((resolve) => {
    const child = spawn(file, args, { env: environment, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let late = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        output = (output + text).slice(-keptCharacters);
      });
    }
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) sendSignal(-child.pid, "SIGKILL");
    }, deadlineMs);
    const settle = (result: ToolResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    child.once("error", (error) => settle({ ok: false, because: error.message }));
    child.once("close", (code, signal) => {
      if (code === 0 && !late) settle({ ok: true });
      else
        settle({
          ok: false,
          because: because(late ? `no end after ${deadlineMs / 1000} s` : `${signal ?? code}`, output),
        });
    });
  });
}

function because(how: string, output: string): string {
  const lines = output.trim().split("\n").slice(-10);
  return `it ended with ${how}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
