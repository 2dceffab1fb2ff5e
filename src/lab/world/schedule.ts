/** Which step of the demo is in force when: a list of changes that only grows at its end. */
import { type StepName, stepNames, type World } from "./world.ts";

export interface StepChange {
  readonly step: StepName;
  /** Epoch milliseconds. */
  readonly at: number;
}

type Schedule = Pick<World, "stepAt" | "stepSince" | "setStep" | "onStep">;

/** Before the first change, and without any, the step is `none` since `bornAt`. */
export function createSchedule(bornAt: number, changes: readonly StepChange[]): Schedule {
  const schedule: StepChange[] = [{ step: "none", at: bornAt }];
  const listeners = new Set<(step: StepName, at: number) => void>();
  const newest = () => schedule.at(-1) ?? { step: "none" as const, at: bornAt };

  const inForce = (time: number) => schedule.findLast((change) => change.at <= time) ?? { step: "none", at: bornAt };
  const append = ({ step, at }: StepChange) => {
    if (!stepNames.includes(step)) {
      throw new RangeError(`no such step: ${step}; there are ${stepNames.join(", ")}`);
    }
    if (!Number.isFinite(at) || at < newest().at) {
      throw new RangeError(`the change to ${step} at ${at} lies before the newest change at ${newest().at}`);
    }
    // The same step again is no change: its policy has been there since it was made.
    if (step !== newest().step) {
      schedule.push({ step, at });
    }
  };
  for (const change of changes) {
    append({ step: change.step, at: Math.max(change.at, bornAt) });
  }
  return {
    stepAt: (time) => inForce(time).step,
    stepSince: (time) => inForce(time).at,
    setStep(step, at) {
      append({ step, at });
      for (const listener of listeners) {
        listener(step, at);
      }
    },
    onStep(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
