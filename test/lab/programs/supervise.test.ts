import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { holdDirectory } from "../../../src/lab/programs/directory.ts";
import { supervise } from "../../../src/lab/programs/supervise.ts";

test("a program that ends by itself is told with its exit code and its last lines, and its directory goes", async () => {
  const directory = await handedOver();
  const running = supervise(["sh", "-c", "for i in $(seq 1 30); do echo line $i; done; exit 7"], directory);
  expect(await running.ended).toBe("it exited with 7");
  expect(running.hasEnded()).toBe(true);
  expect(running.log()).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 11}`));
  expect(existsSync(directory)).toBe(false);
});

test("close lets a program end in order", async () => {
  const directory = await handedOver();
  const running = supervise(
    ["sh", "-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"],
    directory,
  );
  await until(() => running.log().includes("up"));
  await running.close();
  expect(await running.ended).toBe("it exited with 0");
  expect(running.log()).toEqual(["up", "bye"]);
  await running.close();
});

test("a program that ignores SIGTERM is killed after the grace", async () => {
  const directory = await handedOver();
  const running = supervise(["sh", "-c", "trap '' TERM; echo $$; while :; do sleep 0.05; done"], directory, 1);
  await until(() => running.log().length > 0);
  const pid = Number(running.log()[0]);
  const began = performance.now();
  await running.close();
  expect(performance.now() - began).toBeGreaterThan(900);
  expect(await running.ended).toBe("it exited with 137");
  expect(isAlive(pid)).toBe(false);
});

test("a paused program does not move until it is resumed, and can be closed while it is paused", async () => {
  const directory = await handedOver();
  const running = supervise(
    ["sh", "-c", "echo 0 > count; while :; do echo $(($(cat count) + 1)) > count; sleep 0.02; done"],
    directory,
  );
  const count = () => Number(readFileSync(join(directory, "count"), "utf8"));
  await until(() => existsSync(join(directory, "count")) && count() > 1);
  running.pause();
  await sleep(100);
  const paused = count();
  await sleep(200);
  expect(count()).toBe(paused);
  running.resume();
  await until(() => count() > paused);
  running.pause();
  await running.close();
  expect(existsSync(directory)).toBe(false);
});

test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
  "a program and its directory do not outlive a parent that gets %s",
  async (signal) => {
    const parent = await startParent("setInterval(() => {}, 1000)");
    expect(isAlive(parent.pid)).toBe(true);
    process.kill(parent.parentPid, signal);
    await until(() => !isAlive(parent.pid) && !existsSync(parent.directory) && !existsSync(parent.held));
  },
);

test("a program and its directory do not outlive a parent that throws", async () => {
  const parent = await startParent('setTimeout(() => { throw new Error("on purpose"); }, 50)');
  await until(() => !isAlive(parent.pid) && !existsSync(parent.directory) && !existsSync(parent.held));
});

test("a held directory is there until it is closed", async () => {
  const directory = await holdDirectory("test");
  writeFileSync(join(directory.path, "file"), "");
  await directory.close();
  expect(existsSync(directory.path)).toBe(false);
});

test("a directory that was handed over stays", async () => {
  const path = await handedOver();
  expect(existsSync(path)).toBe(true);
  rmSync(path, { recursive: true });
});

async function handedOver(): Promise<string> {
  const directory = await holdDirectory("test");
  await directory.handOver();
  return directory.path;
}

/** Another Node process that supervises a shell which never ends, holds a directory, and then does `then`. */
async function startParent(then: string) {
  const source = `
    import { holdDirectory } from "./src/lab/programs/directory.ts";
    import { supervise } from "./src/lab/programs/supervise.ts";
    const directory = (await holdDirectory("test")).path;
    const held = await holdDirectory("test");
    const running = supervise(["sh", "-c", "echo $$; while :; do sleep 0.05; done"], directory);
    while (running.log().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    process.stdout.write(JSON.stringify({ pid: Number(running.log()[0]), directory, held: held.path }) + "\\n");
    ${then}
  `;
  const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", source], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  parent.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await until(() => text.endsWith("\n"), 10_000);
  const told = JSON.parse(text) as { pid: number; directory: string; held: string };
  return { ...told, parentPid: parent.pid ?? 0 };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(holds: () => boolean, withinMs = 4000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`did not come true within ${withinMs} ms: ${holds}`);
    await sleep(10);
  }
}
