import { type ChildProcess, spawn } from "node:child_process";
import { Readable } from "node:stream";
import { sendSignal } from "./signal.ts";

/** A program under supervision: it ends when we close it, when we exit, and when we are killed. */
export interface Supervised {
  /** Settles with one sentence when the program has ended and its directory is gone, whoever ended it. Never rejects. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** Stops it in its tracks: it listens and does not answer. Not for a program in Docker, where only the client would stop. */
  pause(): void;
  resume(): void;
  /** The last 20 lines that it printed. */
  log(): readonly string[];
  /** SIGTERM, then SIGKILL after `graceSeconds`; resolves when the program has ended. */
  close(): Promise<void>;
}

const keptLines = 20;

/**
 * Between us and the program stands a shell that holds the read end of a pipe. When the pipe ends, because we closed it or because nobody is left to hold the
 * other end (exit, crash, kill -9), it ends the program and removes the directory. The shell has a process group of its own: Ctrl-C in a terminal reaches us
 * alone, and we decide in which order things stop. It writes nowhere: with us gone, a word from it would be its end before it has cleaned up.
 */
const wrapper = `
directory=$1 grace=$2
shift 2
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
child=$!
echo "$child" >&3
exec 3>&- >/dev/null 2>&1
{
  read -r _ <&4
  kill -TERM "$child"
  kill -CONT "$child"
  tenths=$((grace * 10))
  while [ "$tenths" -gt 0 ] && kill -0 "$child"; do sleep 0.1; tenths=$((tenths - 1)); done
  kill -KILL "$child"
} &
watcher=$!
trap 'kill -TERM "$child"' TERM INT HUP
wait "$child"; code=$?
while kill -0 "$child"; do wait "$child"; code=$?; done
kill "$watcher"
rm -rf -- "$directory"
exit "$code"
`;

/** Runs `command`; `directory` belongs to it from now on and is removed after it. */
export function supervise(command: readonly string[], directory: string, graceSeconds = 5): Supervised {
  const shell = spawn("sh", ["-c", wrapper, "sh", directory, String(graceSeconds), ...command], {
    cwd: directory,
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const lines = keepLines(shell);
  const program = readPid(shell.stdio[3]);
  // The pipe breaks when the program ends by itself; that is what `ended` tells.
  shell.stdin.on("error", () => undefined);
  let over = false;
  const ended = new Promise<string>((resolve) => {
    const settle = (sentence: string) => {
      over = true;
      resolve(sentence);
    };
    shell.once("error", (error) => settle(`it could not be started: ${error.message}`));
    shell.once("close", (code, signal) => settle(signal ? `it was ended by ${signal}` : `it exited with ${code}`));
  });
  const send = (name: NodeJS.Signals) => {
    if (!over && program.pid > 0) sendSignal(program.pid, name);
  };
  return {
    ended,
    hasEnded: () => over,
    pause: () => send("SIGSTOP"),
    resume: () => send("SIGCONT"),
    log: () => [...lines],
    async close() {
      shell.stdin.end();
      // The last resort, for the whole group: the shell, who waits for it, and the program.
      const timer = setTimeout(() => shell.pid && sendSignal(-shell.pid, "SIGKILL"), (graceSeconds + 2) * 1000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** 0 until the shell has told it, which is before the program can answer anything. */
function readPid(stream: unknown): { pid: number } {
  const program = { pid: 0 };
  if (stream instanceof Readable) stream.once("data", (text: Buffer) => (program.pid = Number(text)));
  return program;
}

function keepLines(shell: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [shell.stdout, shell.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = (parts.pop() ?? "").slice(-1000);
      lines.push(...parts.filter((line) => line.trim() !== "").map((line) => line.slice(0, 1000)));
      lines.splice(0, lines.length - keptLines);
    });
  }
  return lines;
}
