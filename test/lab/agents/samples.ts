export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads Prometheus' text format, with or without timestamps. */
export function parseSamples(text: string): ParsedSample[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)(?: \S+)?$/.exec(line);
    if (!match) throw new Error(`not a sample: ${line}`);
    const [, name = "", labels = "", value = ""] = match;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, quoted]) => [key, quoted] as const);
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
}

/** The value of the one series with exactly these labels. */
export function seriesValue(samples: readonly ParsedSample[], name: string, labels: Record<string, string>): number {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  const found = samples.filter(
    (sample) => sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted,
  );
  if (found.length !== 1) throw new Error(`${found.length} series ${name}${wanted}`);
  return found[0]?.value ?? Number.NaN;
}
