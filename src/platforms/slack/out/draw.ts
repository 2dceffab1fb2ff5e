/** A chart as the bytes of a picture, with the clock of whoever asked. */
import { BotError, toBotError } from "../../../errors.ts";
import type { ChartSpec } from "../../../message/chart.ts";
import type { Job, Paint, SlackOutLog } from "./options.ts";
import { checkTime, orEnded } from "./wait.ts";
import type { Zones } from "./zones.ts";

export interface Drawing {
  readonly paint?: Paint | undefined;
  readonly zones: Zones;
  readonly log: SlackOutLog;
}

/** Many times what drawing takes, the first one with its start included. */
const patienceMs = 5_000;

/** Rejects with a BotError: a retryable one when the attempt has to end, else what a person is told instead of the picture. */
export async function draw({ paint, zones, log }: Drawing, job: Job, chart: ChartSpec): Promise<Buffer> {
  try {
    if (!paint) throw new BotError("NOT_CONFIGURED", "nothing to draw with");
    const patience = AbortSignal.any([job.signal, AbortSignal.timeout(patienceMs)]);
    const late = () =>
      new BotError("TIMEOUT", `a picture was not drawn within ${patienceMs} ms`, {
        say: "The picture could not be drawn in time.",
      });
    return await orEnded(paint(await zoned(zones, job, chart)), patience, late);
  } catch (thrown) {
    checkTime(job.signal);
    throw worded(log, job, thrown);
  }
}

/** Whoever draws may be closing, or busy; the rest will not be better next time. */
function worded(log: SlackOutLog, { delivery }: Job, thrown: unknown): BotError {
  const known = thrown instanceof BotError ? thrown : undefined;
  if (known?.retry) return known;
  const message = `picture: ${toBotError(thrown).message}`;
  if (known?.code === "CANCELLED") return new BotError("UNREACHABLE", message, { say: known.say, cause: thrown });
  log.error({ err: thrown, delivery: delivery.id }, "a picture could not be drawn");
  return new BotError("INTERNAL", message, { say: known?.say ?? "The picture could not be drawn.", cause: thrown });
}

async function zoned(zones: Zones, job: Job, chart: ChartSpec): Promise<ChartSpec> {
  if (chart.kind === "ranking" || chart.zone !== undefined) return chart;
  const zone = await zones.of(job);
  return zone === undefined ? chart : { ...chart, zone };
}

/** `drops-2026-11-21T03-04-05-1.png` */
export function pictureName({ delivery }: Job, nth: number): string {
  const at = new Date(delivery.at).toISOString().slice(0, 19).replaceAll(":", "-");
  return `${delivery.answer?.command ?? "chart"}-${at}-${nth + 1}.png`;
}
