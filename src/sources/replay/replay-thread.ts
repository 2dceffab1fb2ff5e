/** The thread that replays and explains: one task, one answer, and it is over. */
import { parentPort } from "node:worker_threads";
import { runWhy, type WhyTask } from "../kubernetes/why/task.ts";
import { type ReplayTask, runTask } from "./task.ts";

parentPort?.once("message", (text: string) => {
  const task = JSON.parse(text) as ReplayTask | WhyTask;
  // What fails here ends the thread, and the replayer tells whoever waits.
  parentPort?.postMessage(JSON.stringify(task.kind === "why" ? runWhy(task) : runTask(task)));
});
