/** Charts that are hard to draw, by name. */
import type { ChartSpec, RankingChart, TimeChart } from "../../src/message/chart.ts";
import { randomFrom } from "../fixtures/random.ts";

export const from = Date.UTC(2026, 10, 21, 10);
const minute = 60_000;
const stepMs = 30_000;
const count = 121;
const window = { from, to: from + (count - 1) * stepMs };

const random = randomFrom(5);
const wave = (base: number, swing: number, phase = 0) =>
  Array.from(
    { length: count },
    (_, n) =>
      [from + n * stepMs, base + swing * Math.sin(n / 9 + phase) + (swing * random.below(1_000)) / 4_000] as const,
  );
const named = (names: readonly string[], base = 400) =>
  names.map((name, n) => ({ name, points: wave(base / (n + 1), base / (8 + n), n) }));

export function lines(series: TimeChart["series"], more: Partial<TimeChart> = {}): TimeChart {
  const common = { title: "Map operations, top 5 of all pods", unit: "ops/s", zone: "Asia/Seoul" };
  return { kind: "lines", ...common, window, stepMs, series, ...more };
}

function ranking(bars: RankingChart["bars"], unit = "ops/s"): RankingChart {
  return { kind: "ranking", title: "Map operations, average over 1 h", unit, bars };
}

const maps = [
  "cilium-7xk2p cilium_ct4_global update",
  "cilium-7xk2p cilium_lb4_services_v2 lookup",
  "cilium-9qwzt cilium_ipcache delete",
  "cilium-9qwzt cilium_policy_v2 update",
  "cilium-f8n5r cilium_ct4_global delete",
];
const minutes = (value: (n: number) => number) =>
  Array.from({ length: 60 }, (_, n) => [from + n * minute, value(n)] as const);
const long = (n: number) => `cluster-eu-west-1/a-namespace/deployment-${n}-${"x".repeat(90)}-5d9f7c6b4-abcd${n}`;
const many = (length: number) =>
  Array.from({ length }, (_, n) => ({ name: `pod-${n} map update`, points: wave(300 * Math.exp(-n / 40), 1, n) }));

export const topFive = lines(named(maps));

export const specs: Readonly<Record<string, ChartSpec>> = {
  "top 5": topFive,
  "marks and thresholds": lines(
    named(maps).map((series, n) => (n === 2 ? { ...series, tone: "bad" } : series)),
    {
      marks: [
        { time: from + 20 * minute, label: "rule1 applied" },
        { time: from + 22 * minute, label: "deathstar restarted" },
        { time: from + 23 * minute, label: "third that has no room" },
        { time: from + 59 * minute, label: "rule1 removed" },
        { time: from - minute, label: "before the picture" },
      ],
      thresholds: [
        { value: 500, label: "usual most" },
        { value: 480, label: "a little less" },
        { value: 1e9, label: "far above" },
      ],
    },
  ),
  "share of a map": lines([{ name: "k8s-w1 cilium_ct4_global", points: wave(0.6, 0.2) }], {
    unit: "ratio",
    thresholds: [
      { value: 1, label: "full" },
      { value: 0.9, label: "90% warning" },
    ],
  }),
  "drops in columns": {
    ...lines([
      { name: "Policy denied", tone: "bad", points: minutes((n) => (n > 20 && n < 45 ? 50 : 0)) },
      { name: "Unsupported L3 protocol", points: minutes((n) => n % 12) },
    ]),
    kind: "columns",
    unit: "packets",
    stepMs: minute,
    marks: [{ time: from + 21 * minute, label: "rule1 applied" }],
  },
  "memory in areas": {
    ...lines(
      named(["k8s-w1", "k8s-w2", "k8s-w3"], 3e8).map((series, n) => (n === 1 ? { ...series, tone: "bad" } : series)),
    ),
    kind: "areas",
    unit: "bytes",
    zone: "America/Argentina/ComodRivadavia",
  },
  "ranking of long names": ranking(
    maps.map((name, n) => ({ name, value: 1_234.5 / (n + 1), ...(n === 2 && { tone: "bad" }) })),
  ),
  "ranking of too many": ranking(
    Array.from({ length: 40 }, (_, n) => ({ name: n % 2 === 0 ? `reason ${n}` : long(n), value: 4_000 - 90 * n })),
    "packets that have a very long unit indeed",
  ),
  "ranking with nothing, less, and no value": ranking([
    { name: "nothing", value: 0 },
    { name: "less", value: -40 },
    { name: "none", value: Number.NaN },
    { name: "some", value: 100 },
  ]),
  "ranking of nobody": ranking([]),
  "gaps and no numbers": lines([
    { name: "gaps", points: wave(50, 10).filter((_, n) => n < 30 || n > 50) },
    { name: "nulls", points: wave(40, 9).map(([time, value], n) => [time, n % 40 > 25 || n === 12 ? null : value]) },
    { name: "NaN", points: wave(30, 9).map(([time, value], n) => [time, n % 30 > 20 ? Number.NaN : value]) },
    {
      name: "infinite",
      points: wave(20, 9).map(([time, value], n) => [time, n === 60 ? Number.POSITIVE_INFINITY : value]),
    },
  ]),
  "one point": lines([{ name: "one", points: [[from + 30 * minute, 42]] }]),
  "one point in areas": { ...lines([{ name: "one", points: [[from + 30 * minute, 42]] }]), kind: "areas" },
  "one moment": lines([{ name: "one", points: [[from, 42]] }], { window: { from, to: from } }),
  "300 series": lines(many(300)),
  "300 series in areas": { ...lines(many(300)), kind: "areas" },
  negative: lines([{ name: "change", points: wave(-20, 50) }], { unit: "bytes/s" }),
  "in and out": {
    ...lines([
      { name: "in", points: wave(9, 3) },
      { name: "out", points: wave(-9, 3) },
    ]),
    kind: "columns",
  },
  tiny: lines([{ name: "tiny", points: wave(1e-9, 3e-10) }]),
  huge: lines([{ name: "huge", points: wave(1e12, 3e11) }]),
  absurd: lines([
    {
      name: "absurd",
      points: [
        [from, 1e300],
        [from + stepMs, 5e-324],
        [from + 2 * stepMs, -1e308],
      ],
    },
  ]),
  "identical labels": lines(named(["same name", "same name", "same name"])),
  "long names": lines(
    Array.from({ length: 9 }, (_, n) => ({ name: long(n), points: wave(90 - 8 * n, 3) })),
    {
      title: "A title that somebody wrote without thinking of how wide a telephone is, and then some more",
      unit: "u".repeat(80),
    },
  ),
  "all zero": lines([{ name: "nothing", points: wave(0, 0) }]),
  hostile: lines(
    named(["</text><script>alert(1)</script>", '\u0000\u001b[31m{a|b}\n\u202egpj.exe & "quoted" ]]>', "漢字 é 😀 {b}"]),
    {
      title: "{title|x} </svg><image href='file:///etc/passwd'/>",
      unit: "<b>",
      zone: "Mars/<Olympus>",
      marks: [{ time: from + 10 * minute, label: "<!ENTITY x>" }],
      thresholds: [{ value: 300, label: "</svg>" }],
    },
  ),
  "no series": lines([]),
  "a week": lines(
    [{ name: "week", points: Array.from({ length: 169 }, (_, n) => [from - (168 - n) * 3.6e6, n % 24]) }],
    {
      window: { from: from - 168 * 3.6e6, to: from },
      stepMs: 3.6e6,
      zone: "America/Argentina/ComodRivadavia",
    },
  ),
  "half a minute": lines([{ name: "half", points: Array.from({ length: 31 }, (_, n) => [from + n * 1_000, n]) }], {
    window: { from, to: from + 30_000 },
    stepMs: 1_000,
    unit: "seconds",
  }),
  "11,000 points": lines(
    [{ name: "many", points: Array.from({ length: 11_000 }, (_, n) => [from + n * 327, n % 97]) }],
    { stepMs: 327 },
  ),
};
