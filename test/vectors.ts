/** `npm run vectors -- FILE…`: does the policy engine agree with Cilium's? A table by feature and source, each failure, and `passed/total` at the end. */
import { differences, readVectors, type Vector } from "./support/policy-vectors.ts";

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write("which file? For example: npm run vectors -- test/fixtures/policy/*.gz\n");
  process.exit(2);
}

const results = files.flatMap(readVectors).map((vector) => ({ vector, wrong: differences(vector) }));
type Result = (typeof results)[number];

table("feature", ({ features, config, variants, l7 }) => [
  ...(features ?? ["(none named)"]),
  ...Object.keys(config ?? {}),
  ...Object.keys(variants ?? {}).map((name) => `variant ${name}`),
  ...Object.keys(l7 ?? {}).map((name) => `request ${name}`),
]);
table("source", ({ source }) => [(source ?? "(none named)").replace(/ .*/, "")]);
for (const { vector, wrong } of results.filter(failed))
  process.stdout.write(
    `${vector.id}${vector.title ? ` (${vector.title})` : ""}\n${wrong.map((line) => `  ${line}\n`).join("")}`,
  );
const passed = results.length - results.filter(failed).length;
process.stdout.write(`${passed}/${results.length}\n`);
process.exitCode = passed === results.length && passed > 0 ? 0 : 1;

function failed({ wrong }: Result): boolean {
  return wrong.length > 0;
}

function table(title: string, groups: (vector: Vector) => readonly string[]): void {
  const counts = new Map<string, { passed: number; total: number }>();
  for (const { vector, wrong } of results)
    for (const name of new Set(groups(vector))) {
      const count = counts.get(name) ?? { passed: 0, total: 0 };
      counts.set(name, { passed: count.passed + (wrong.length === 0 ? 1 : 0), total: count.total + 1 });
    }
  process.stdout.write(`${title}\n`);
  for (const [name, { passed, total }] of [...counts].sort(([left], [right]) => (left < right ? -1 : 1)))
    process.stdout.write(`  ${`${passed}/${total}`.padStart(11)}  ${name}\n`);
  process.stdout.write("\n");
}
