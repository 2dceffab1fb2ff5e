/** Durations as people type and read them: `15m`, `1h30m`, `90s`, `2d`. */

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;
type Unit = keyof typeof unitMs;

/** Milliseconds, or undefined when the text is no duration. Bounds are the caller's. */
export function parseDuration(text: string): number | undefined {
  const folded = text
    .trim()
    .toLowerCase()
    .replace(/(?<=\d)\s*(d|h|m|s)[a-z]*\s*/g, (word, unit: Unit) => (isUnitWord(word.trim()) ? unit : word));
  if (!/^(\d+(\.\d+)?[dhms])+$/.test(folded)) return undefined;
  let ms = 0;
  const seen = new Set<string>();
  for (const [, amount, unit] of folded.matchAll(/(\d+(?:\.\d+)?)([dhms])/g)) {
    if (seen.has(unit as Unit)) return undefined;
    seen.add(unit as Unit);
    ms += Number(amount) * unitMs[unit as Unit];
  }
  return Number.isFinite(ms) ? Math.round(ms) : undefined;
}

/** The shortest spelling that parses back to the same whole seconds: `1h30m`. */
export function durationText(ms: number): string {
  let left = Math.round(ms / 1_000) * 1_000;
  if (left === 0) return "0s";
  let text = "";
  for (const unit of ["d", "h", "m", "s"] as const) {
    const amount = Math.floor(left / unitMs[unit]);
    if (amount > 0) text += `${amount}${unit}`;
    left -= amount * unitMs[unit];
  }
  return text;
}

/** For reading, not for typing: the two largest units (`2d3h`, `6m7s`), milliseconds below a second. */
export function roughDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`;
  const step = ms >= unitMs.d ? unitMs.h : ms >= unitMs.h ? unitMs.m : unitMs.s;
  return durationText(Math.floor(ms / step) * step);
}

function isUnitWord(word: string): boolean {
  return /^(d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)$/.test(word);
}
