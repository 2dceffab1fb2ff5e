import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkPromql } from "../../../src/analysis/promql/check.ts";
import { oneLine } from "../../../src/analysis/promql/pasted.ts";
import { findProgram } from "../../../src/lab/programs/find.ts";
import { type StartedPrometheus, startPrometheus } from "../../../src/lab/programs/prometheus.ts";
import { randomFrom } from "../../fixtures/random.ts";
import { accepted, pieces } from "./expressions.ts";

function problemOf(text: string) {
  const checked = checkPromql(text);
  if (checked.ok) throw new Error(`it is accepted: ${text}`);
  return checked.problem;
}

/** The expression with ‹ › around the place. */
function place(text: string): string {
  const { at, length } = problemOf(text);
  return `${text.slice(0, at)}‹${text.slice(at, at + length)}›${text.slice(at + length)}`;
}

describe("an expression that is not PromQL", () => {
  test.each([
    ["", "‹›", "There is no expression."],
    ["sum(", "sum‹(›", "This ( is never closed: a ) is missing."],
    ["a)", "a‹)›", "There is no ( for this )."],
    ["x[5m)", "x[5m‹)›", "A ] is missing before this )."],
    ['up{a="b}', 'up{a=‹"›b}', 'This " opens a text that is never closed.'],
    ["1 +", "1 +‹›", "A metric, a number or a function is expected here."],
    ["a = b", "a ‹=› b", "Values are compared with ==, !=, >, <, >= or <=."],
    [
      "foo bar",
      "foo ‹bar›",
      "This does not belong here: an operator such as + or > is missing before it, or it is one word too many.",
    ],
    ["up by (pod)", "up ‹by› (pod)", "This belongs behind sum(…), max(…), topk(…) or another aggregation."],
    ["sum by pod (x)", "sum by ‹pod› (x)", "Names of labels in brackets belong behind by: by (pod, reason)."],
    ["rate(x[])", "rate(x[‹])›", "A time is expected here: 5m, 1h30m, 1d."],
    ["rate(x[5x])", "rate(x[5‹x›])", "A time is expected here: 5m, 1h30m, 1d."],
    ["up offset", "up offset‹›", "A time is expected here: offset 5m."],
    ["up{a=b}", "up{a=‹b›}", 'A label\'s value stands in quotes: pod="cilium-x7k2p".'],
    ['up{a=="b"}', 'up{a=‹="›b"}', "Labels are compared with =, !=, =~ or !~."],
    ['a{b="x" c="y"}', 'a{b="x" ‹c›="y"}', "A comma is missing before this."],
    ["irat(x[5m])", "‹irat›(x[5m])", "There is no function irat."],
  ])("%s", (text, where, say) => {
    expect([place(text), problemOf(text).say]).toEqual([where, say]);
  });

  test("may name a function that comes near", () => {
    expect(problemOf("irat(x[5m])").known).toEqual(
      expect.arrayContaining(["irate", "rate", "sum", "label_replace", "log10"]),
    );
    expect(problemOf("irat(x[5m])").known).not.toEqual(expect.arrayContaining(["by", "offset", "identifier"]));
  });
});

describe("an expression that asks for too much", () => {
  test.each([
    ['{__name__=~".+"}', '‹{__name__=~".+"}›', "reads every metric"],
    ['{job=~"a|.*"}', '‹{job=~"a|.*"}›', "reads every metric"],
    ['{job!="x"}', '‹{job!="x"}›', "reads every metric"],
    ['count({__name__=~"(?i).+"})', 'count(‹{__name__=~"(?i).+"}›)', "reads every metric"],
    ["rate(x[10y])", "rate(x[‹10y›])", "at most 90d"],
    ["rate(x[0s])", "rate(x[‹0s›])", "longer than nothing"],
    ["max_over_time(x[30d:1s])", "max_over_time(‹x[30d:1s]›)", "2,592,000 times"],
    [
      "max_over_time(max_over_time(x[3h:1m])[3h:1m])",
      "max_over_time(max_over_time(‹x[3h:1m]›)[3h:1m])",
      "32,400 times",
    ],
  ])("%s", (text, where, part) => {
    expect(place(text)).toBe(where);
    expect(problemOf(text).say).toContain(part);
  });

  test("is refused for its length and its depth before it is parsed", () => {
    expect(problemOf("x".repeat(4_001)).say).toContain("4001 characters");
    expect(problemOf(`${"(".repeat(500)}x${")".repeat(500)}`).say).toContain("deeper than 50");
    expect(problemOf(Array.from({ length: 200 }, () => "up").join("+")).say).toContain("More than 100 metrics");
  });

  test.each(['{__name__=~"cilium_.+"}', '{__name__=~"(cilium|hubble)_.+"}', '{job="x"}', "max_over_time(x[1d:1m])"])(
    "is not %s",
    (text) => {
      expect(checkPromql(text).ok).toBe(true);
    },
  );
});

describe("what Grafana fills in", () => {
  test.each([
    ["rate(x[$__rate_interval])", "rate(x[‹$__rate_interval›])", "Write a time in its place, for example 5m."],
    ["increase(x[$__range])", "increase(x[‹$__range›])", "for example 1h."],
    ['x{pod=~"$pod"}', 'x{pod=~"‹$pod›"}', "with =~ the pattern .+ stands for all"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own spelling
    ['x{pod=~"${pod:regex}"}', 'x{pod=~"‹${pod:regex}›"}', "Write a name"],
    ['x{pod=~"[[pod]]"}', 'x{pod=~"‹[[pod]]›"}', "Write a name"],
  ])("is refused: %s", (text, where, part) => {
    expect(place(text)).toBe(where);
    expect(problemOf(text).say).toContain(part);
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: PromQL's own spelling
  test.each(['label_replace(up, "a", "$1-${2}$name", "b", "(?P<name>.*)")', 'x{a=~"end$"}', 'x{a=~"[[:alpha:]]+"}'])(
    "is not meant in %s",
    (text) => {
      expect(checkPromql(text).ok).toBe(true);
    },
  );
});

describe("what an expression is", () => {
  test.each([
    ["1 + time() * 2", "scalar"],
    ["-(1)", "scalar"],
    ["scalar(up)", "scalar"],
    ["1 + up", "vector"],
    ["vector(1)", "vector"],
    ["up @ 0 offset 5m", "vector"],
    ["(up[5m] offset 5m)", "matrix"],
    ["rate(up[1m])[5m:]", "matrix"],
    ['("x")', "string"],
  ])("%s is a %s", (text, type) => {
    expect(checkPromql(text)).toMatchObject({ ok: true, expression: { type } });
  });

  test("has its selectors and the function around all", () => {
    const checked = checkPromql(`absent(foo{a="b\\"c", d!~\`e\\.\`} or {"x.y", "z"='1'} or {__name__="u"})`);
    expect(checked).toEqual({
      ok: true,
      expression: {
        type: "vector",
        outermost: "absent",
        selectors: [
          {
            text: `foo{a="b\\"c", d!~\`e\\.\`}`,
            name: "foo",
            at: 7,
            length: 23,
            matchers: [
              { label: "a", op: "=", value: 'b"c' },
              { label: "d", op: "!~", value: "e\\." },
            ],
          },
          {
            text: `{"x.y", "z"='1'}`,
            name: "x.y",
            at: 34,
            length: 16,
            matchers: [{ label: "z", op: "=", value: "1" }],
          },
          { text: `{__name__="u"}`, name: "u", at: 54, length: 14, matchers: [] },
        ],
      },
    });
  });
});

describe("beside a real Prometheus", () => {
  let program: StartedPrometheus | undefined;
  beforeAll(async () => {
    const say = () => undefined;
    const [prometheus, promtool] = await Promise.all([
      findProgram("prometheus", { say }),
      findProgram("promtool", { say }),
    ]);
    program = await startPrometheus({ prometheus, promtool, targets: [] });
  });
  afterAll(async () => {
    await program?.close();
  });

  async function isAccepted(query: string): Promise<boolean> {
    const response = await fetch(`${program?.url}/api/v1/format_query`, {
      method: "POST",
      body: new URLSearchParams({ query }),
    });
    return response.status === 200;
  }

  test.each(accepted)("%s is right for both", async (text) => {
    expect(await isAccepted(text)).toBe(true);
    expect(checkPromql(text)).toMatchObject({ ok: true });
  });

  test("nothing is called wrong that Prometheus takes, apart from what asks for too much", async () => {
    const random = randomFrom(20_261_121);
    const limits = /reads every metric|at most 90d|longer than nothing|times for each point|More than 100|Only Grafana/;
    let right = 0;
    let wrong = 0;
    for (let round = 0; round < 600; round++) {
      const text = mutated(random.pick(accepted), random);
      const checked = checkPromql(text);
      const server = await isAccepted(text);
      if (server) right += 1;
      else wrong += 1;
      if (server && !checked.ok) expect(checked.problem.say, text).toMatch(limits);
    }
    expect(Math.min(right, wrong)).toBeGreaterThan(100);
  });
});

/** One piece taken out, put in or doubled. */
function mutated(text: string, random: ReturnType<typeof randomFrom>): string {
  const at = random.below(text.length + 1);
  const length = random.below(4);
  return text.slice(0, at) + (random.chance(0.6) ? random.pick(pieces) : "") + text.slice(at + length);
}

test("whatever is typed is checked without throwing, and a place lies in it", () => {
  const random = randomFrom(7);
  const hostile = [
    ...pieces,
    "\u0000",
    "\ud83d",
    "😀",
    "漢字",
    "\u202e",
    "(".repeat(30),
    '"'.repeat(5),
    "[".repeat(9),
    "x".repeat(500),
  ];
  let refused = 0;
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from({ length: random.below(20) }, () => random.pick(hostile)).join(
      random.chance(0.5) ? " " : "",
    );
    const checked = checkPromql(text);
    if (checked.ok) continue;
    refused += 1;
    const { at, length, say } = checked.problem;
    expect(at >= 0 && length >= 0 && at + length <= text.length, text).toBe(true);
    expect(say, text).toMatch(/^[A-Z].*[.]$/s);
    expect(say.length, text).toBeLessThan(300);
  }
  expect(refused).toBeGreaterThan(2_000);
});

describe("a pasted expression on one line", () => {
  test.each([
    ["sum(\n  up{a=“b”} # of these\n)\t+ 1", 'sum( up{a="b"} ) + 1'],
    ["up{a=‘it”s’}", "up{a='it”s'}"],
    ['up{a="x – y"} – 1', 'up{a="x – y"} - 1'],
    ["up\u00a0> 1", "up > 1"],
    ['a{b="\\"#"} # c', 'a{b="\\"#"}'],
    ["“open", '"open'],
  ])("%j is %j", (typed, line) => {
    expect(oneLine(typed)).toBe(line);
    expect(oneLine(line)).toBe(line);
  });
});
