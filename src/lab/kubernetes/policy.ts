/** Keeps the policy object in step with the world. */
import { rule1 } from "../world/topology.ts";
import type { StepName, World } from "../world/world.ts";
import { advance, changesBetween, type Rule1, rule1Object } from "./objects/rule1.ts";
import type { ObjectStore } from "./store.ts";

/** A step may be set for a time to come: it is looked for this often. */
const lookMs = 250;

/** Returns the function that stops it. */
export function followSteps(options: {
  readonly world: World;
  readonly clock: () => number;
  readonly store: ObjectStore;
}): () => void {
  const { world, clock, store } = options;
  let rule: Rule1 = null;
  let last = Number.NEGATIVE_INFINITY;

  function apply(change: { readonly step: StepName; readonly at: number }): void {
    last = change.at;
    const before = rule;
    rule = advance(before, change.step, change.at);
    if (rule !== null) store.upsert(rule1Object(rule));
    else if (before !== null) store.remove(rule1.kind, rule1.namespace, rule1.name);
  }

  function catchUp(): void {
    for (const change of changesBetween(world, last, clock())) apply(change);
  }

  catchUp();
  const stopListening = world.onStep((step, at) => {
    // Two changes may share a millisecond, and the world then answers for the second alone: each is taken as it comes.
    catchUp();
    if (at <= clock()) apply({ step, at });
  });
  const looking = setInterval(catchUp, lookMs);
  looking.unref();
  return () => {
    stopListening();
    clearInterval(looking);
  };
}
