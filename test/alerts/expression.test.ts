import { expect, test } from "vitest";
import { evidenceOf } from "../../src/alerts/evidence.ts";
import { expressionIn } from "../../src/alerts/expression.ts";
import { parseCommand } from "../../src/commands/grammar.ts";

const drops = 'sum by (pod, reason) (rate(cilium_drop_count_total{reason=~"Policy denied.*"}[5m])) > 0.1';
const page = (expression: string) => `http://prom:9090/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1`;

test.each<[string, string, string | undefined]>([
  ["Prometheus", page(drops), drops],
  ["with + for spaces", "http://prom/graph?g0.expr=up%7Bjob%3D%22a%22%7D+%3D%3D+0&g0.tab=1", 'up{job="a"} == 0'],
  ["behind a proxy's path", "https://x.example/prod/graph?g0.tab=0&g0.expr=up", "up"],
  ["VictoriaMetrics", `http://vm/vmui/#/?g0.range_input=1h&g0.expr=${encodeURIComponent(drops)}`, drops],
  ["on several lines", page("sum(\n  rate(x[5m])\n)\n> 1"), "sum( rate(x[5m]) ) > 1"],
  ["Grafana's own alerts", "https://grafana.example/alerting/grafana/abc/view?orgId=1", undefined],
  ["no expression", page(" "), undefined],
  ["cut where addresses are cut", page(`up > 1 # ${"x".repeat(5_000)}`).slice(0, 4_000), undefined],
  ["longer than is drawn", page(`up{a="${"x".repeat(3_100)}"}`), undefined],
  ["no address", "", undefined],
  ["not even an address", "http://%%", undefined],
])("%s", (_, address, expression) => {
  expect(expressionIn(address)).toBe(expression);
});

const now = Date.UTC(2026, 10, 20, 12);
const alert = (generatorUrl: string, startsAt = now - 600_000) => ({
  ...{ fingerprint: "f", firing: true, labels: { namespace: "a" }, annotations: {}, startsAt, endsAt: 0, generatorUrl },
});

test("the picture begins an hour before the alert and is of six hours at most", () => {
  expect(evidenceOf([alert(page(drops))], "lab", now).picture).toBe(
    `expression --since 2026-11-20T10:50:00Z --cluster lab -- ${drops}`,
  );
  expect(evidenceOf([alert(page("up == 0"), now - 86_400_000)], "lab", now).picture).toContain(
    "--since 2026-11-20T06:00:00Z",
  );
  expect(evidenceOf([alert("")], "lab", now)).not.toHaveProperty("picture");
  expect(evidenceOf([alert(""), alert(page("up"))], "lab", now).picture).toContain("-- up");
});

test("whatever the address says, the line is that command with that expression", () => {
  const texts = [drops, "--cluster other", "-- up", '"', "up --since 31d", "`x`", "'a", "up # --cluster x", "-1"];
  for (const text of texts) {
    const { picture = "" } = evidenceOf([alert(page(text))], "lab", now);
    const parsed = parseCommand(picture, { clusters: ["lab", "other"], defaultCluster: "other" });
    if (!parsed.ok) throw new Error(`${picture}: ${parsed.say}`);
    expect([parsed.command.name, parsed.clusters]).toEqual(["expression", ["lab"]]);
    expect(parsed.args).toMatchObject({ since: { kind: "at" }, expression: expressionIn(page(text)) });
  }
});
