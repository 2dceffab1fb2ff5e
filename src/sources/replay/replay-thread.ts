/** The thread that replays: one task, one answer, and it is over. */
import { parentPort } from "node:worker_threads";
import { type ReplayTask, runTask } from "./task.ts";

parentPort?.once("message", (task: string) => {
  // What fails here ends the thread, and the replayer tells whoever waits.
  parentPort?.postMessage(JSON.stringify(runTask(JSON.parse(task) as ReplayTask)));
});
