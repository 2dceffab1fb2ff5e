/** Whether anybody waits for a command's answer: a person who was told "not taken" must not get one. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "../store/ledger.ts";
import type { CommandRecord } from "./jobs.ts";

/** The reply is stored right after the job, so this is the time that a gateway may take to come back to Redis. */
const patienceMs = 5_000;

interface Options {
  readonly ledger: Pick<Ledger<never, never>, "tell" | "told">;
}

/** Waits for what the person was told. A gateway that says nothing has died in between; whoever asked it was told nothing wrong and gets the answer. */
export async function isExpected(record: CommandRecord, { ledger }: Options): Promise<boolean> {
  const until = Date.now() + patienceMs;
  for (let pause = 1; ; pause = Math.min(pause * 2, 100)) {
    const told = await ledger.told(record.id);
    if (told !== undefined) return told === "working";
    if (Date.now() > until) break;
    await sleep(pause);
  }
  await ledger.tell(record.id, "working");
  return (await ledger.told(record.id)) === "working";
}
