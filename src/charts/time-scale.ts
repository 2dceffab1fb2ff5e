/** Round moments for the axis of time, in UTC. */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 28, 91, 182, 365].map((n) => n * day),
];

export interface TimeTick {
  readonly time: number;
  readonly label: string;
}

/** At most `most` moments in [from, to], epoch milliseconds; from < to. A day begins with its date in the place of 00:00. */
export function timeTicks(from: number, to: number, most: number): readonly TimeTick[] {
  const fits = (candidate: number) => (to - from) / candidate <= most - 1;
  const step = steps.find(fits) ?? Math.ceil((to - from) / (most - 1) / day) * day;
  const ticks: TimeTick[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to && ticks.length < most; time += step) {
    ticks.push({ time, label: label(time, step) });
  }
  return ticks;
}

/** `Nov 20 22:00`: the first of moments of more than one day says which is its own. Undefined where its label does already, or all are of one day. */
export function datedTick(ticks: readonly TimeTick[]): TimeTick | undefined {
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (!first || !last || first.time % day === 0 || Math.floor(first.time / day) === Math.floor(last.time / day))
    return undefined;
  return { time: first.time, label: `${dateText(first.time)} ${first.label}` };
}

function label(time: number, step: number): string {
  if (time % day === 0) return dateText(time);
  return new Date(time).toISOString().slice(11, step < minute ? 19 : 16);
}

function dateText(time: number): string {
  const date = new Date(time);
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
