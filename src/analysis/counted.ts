/** Numbers as people read them. */

/** `1,204`. */
export function numberText(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 packet`, `312 packets`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${numberText(value)} ${Math.round(value) === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
