import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { findProgram } from "../../../src/lab/programs/find.ts";
import type { Program } from "../../../src/lab/programs/program.ts";
import { startProgram } from "../../../src/lab/programs/start.ts";

test("a port that somebody took first costs another attempt, not the start", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  const takenPort = address !== null && typeof address === "object" ? address.port : 0;
  const directories: string[] = [];
  try {
    const started = await startProgram({
      program: await findProgram("redis-server", { say: () => undefined }),
      args: (directory, port) => {
        directories.push(directory);
        return [
          "--bind",
          "127.0.0.1",
          "--port",
          String(directories.length === 1 ? takenPort : port),
          "--dir",
          directory,
        ];
      },
      ready: async () => directories.length > 1,
    });
    expect(directories.map((directory) => existsSync(directory))).toEqual([false, true]);
    expect(started.port).not.toBe(takenPort);
    await started.close();
    expect(existsSync(directories[1] ?? "")).toBe(false);
  } finally {
    taken.close();
  }
});

test("a program that ends at once is told with its last lines", async () => {
  const program = shell("echo 'the configuration is wrong'; exit 3");
  await expect(startProgram({ program, args: () => [], ready: async () => false })).rejects.toThrow(
    "redis-server did not start: it exited with 3. Its last lines:\n  the configuration is wrong",
  );
});

test("a program that does not answer in time is ended", async () => {
  let where = "";
  const began = performance.now();
  const starting = startProgram({
    program: shell("echo waiting; while :; do sleep 0.05; done"),
    args: (directory) => {
      where = directory;
      return [];
    },
    ready: () => Promise.reject(new Error("not yet")),
    deadlineMs: 300,
  });
  await expect(starting).rejects.toThrow("it did not answer within 0.3 s. Its last lines:\n  waiting");
  expect(performance.now() - began).toBeLessThan(8000);
  expect(existsSync(where)).toBe(false);
});

test("what fails before the start leaves no directory", async () => {
  let where = "";
  const prepare = (directory: string) => {
    where = directory;
    return Promise.reject(new Error("no history"));
  };
  const starting = startProgram({ program: shell(":"), prepare, args: () => [], ready: async () => true });
  await expect(starting).rejects.toThrow("no history");
  expect(where).not.toBe("");
  expect(existsSync(where)).toBe(false);
});

function shell(script: string): Program {
  return { name: "redis-server", where: "a shell", command: () => ["sh", "-c", script] };
}
