/** A follow's memory: as much after three hundred thousand flows between ever new ends as after the first hundred thousand. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createFollowRun, type FollowRun } from "../../../src/sources/hubble/follow-run.ts";
import type { FollowQuestion } from "../../../src/sources/question.ts";
import { endpoint, makeFlow, noon } from "../../fixtures/flows/make.ts";
import { conditions, select } from "./asking.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heldMegabytes(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1024 / 1024;
}

const question: FollowQuestion = {
  ...{ source: "hubble", ask: "follow", cluster: "lab", select, conditions, print: { node: false, numeric: false } },
  ...{ since: noon, until: noon + 600_000, most: 300_000, lines: 10 },
};

/** 5,000 a second, each from another pod. */
function feed({ sink }: FollowRun, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    const uuid = `${index.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
    const source = endpoint({ identity: index, namespace: "load", pod: `client-${index}` });
    sink.flow(makeFlow({ time: noon + index / 5, uuid, source, destinationPort: index % 65_536 }));
  }
}

test("stays flat, and every flow is counted", () => {
  let isFull = false;
  const onFull = () => {
    isFull = true;
  };
  const run = createFollowRun({ question, resolution: null, onFull });
  feed(run, 0, 100_000);
  const early = heldMegabytes();
  feed(run, 100_000, 300_001);
  const grown = heldMegabytes() - early;

  const view = run.view(noon + 200_000, { oldest: undefined, malformed: 0, truncated: false });
  expect(view.flows).toBe(300_000);
  expect(view.pairs.reduce((sum, { flows }) => sum + flows, 0) + view.folded.flows).toBe(300_000);
  expect(view.lines.at(-1)).toContain("load/client-299999:");
  expect(isFull).toBe(true);
  expect(grown).toBeLessThan(12);
}, 60_000);
