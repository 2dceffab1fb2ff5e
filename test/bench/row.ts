/** One line of `npm run bench`: a figure beside its floor, measured in the same run. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same without our part; absent where there is none. */
  readonly floor?: number;
  /** The number to reach, as the design states it. */
  readonly goal?: string;
}

export function quantile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
