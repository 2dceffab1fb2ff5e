import { createConnection } from "node:net";
import type { Program } from "./program.ts";
import { startProgram } from "./start.ts";
import type { Supervised } from "./supervise.ts";

export interface StartedRedis extends Supervised {
  /** redis://127.0.0.1:PORT */
  readonly url: string;
}

/** A private Redis that keeps everything in memory and refuses writes before it evicts, as a queue needs it. */
export async function startRedis(program: Program): Promise<StartedRedis> {
  const started = await startProgram({
    program,
    args: (directory, port) => [
      ...["--bind", "127.0.0.1", "--port", String(port), "--protected-mode", "yes", "--dir", directory],
      ...["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--daemonize", "no"],
    ],
    ready: answersFrom,
  });
  return { ...started, url: `redis://127.0.0.1:${started.port}` };
}

/** Asks for the data directory, because another Redis may listen on the port that ours did not get. */
function answersFrom(port: number, directory: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: "127.0.0.1", port, timeout: 1000 });
    let answer = "";
    socket.setEncoding("utf8");
    socket.once("connect", () => socket.write("CONFIG GET dir\r\nQUIT\r\n"));
    socket.on("data", (text: string) => {
      answer += text;
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("close", () => resolve(answer.includes(`\r\n${directory}\r\n`)));
  });
}
