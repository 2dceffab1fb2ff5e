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
