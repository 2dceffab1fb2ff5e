import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fresh directory, readable by its owner only, that goes when we do, also when we are killed. */
export interface HeldDirectory {
  /** Without links in it, because Redis tells the real one. */
  readonly path: string;
  /** Removes it. */
  close(): Promise<void>;
  /** Somebody else removes it from now on. */
  handOver(): Promise<void>;
}

/**
 * Waits at a pipe that only we hold for the word what to do. The end of the pipe without a word is our own: then a tool that we had running may still write,
 * so it looks twice.
 */
const keeper = `
read -r word
case $word in
  keep) ;;
  remove) rm -rf -- "$1" ;;
  *) rm -rf -- "$1"; sleep 3; rm -rf -- "$1" ;;
esac
`;

export async function holdDirectory(name: string): Promise<HeldDirectory> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `cilium-chatops-${name}-`)));
  const shell = spawn("sh", ["-c", keeper, "sh", path], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const ended = once(shell, "close");
  await once(shell, "spawn");
  const tell = async (word: string) => {
    if (!shell.stdin.writableEnded) shell.stdin.end(`${word}\n`);
    await ended;
  };
  return { path, close: () => tell("remove"), handOver: () => tell("keep") };
}
