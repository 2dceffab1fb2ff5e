import { describe, expect, test } from "vitest";
import { httpErrorsItems, httpErrorsOf } from "../../../src/analysis/digest/http.ts";

const hour = 3_600_000;
const stepMs = hour;
const from = Date.parse("2026-11-19T03:00:00Z");
const now = { from, to: from + 24 * hour };
const before = { from: from - 24 * hour, to: from };

/** Answers in each hour: `rate(hour)`, -24 is the first of the day before, 0 the first of this day. */
function line(
  status: string,
  rate: (hour: number) => number | null,
  labels: Readonly<Record<string, string>> = { destination_namespace: "payments", destination_workload: "api" },
) {
  const points = Array.from({ length: 48 }, (_, at): [number, number | null] => {
    const count = rate(at - 24);
    return [before.from + (at + 1) * hour, count === null ? null : count / 3_600];
  });
  return { labels: { ...labels, status }, points };
}

function told(...lines: readonly ReturnType<typeof line>[]): string[] {
  return httpErrorsOf({ lines, stepMs }, now, before).map(
    ({ destination, now: count, before: then, requests }) => `${destination} ${count}/${then} of ${requests}`,
  );
}

describe("errors of a workload", () => {
  test("are all its 5xx of all answers, in both times", () => {
    const lines = [
      line("200", () => 90),
      line("500", (at) => (at < 0 ? 1 : 4)),
      line("503", (at) => (at < 0 ? 0 : 6)),
      line("404", () => 10),
    ];
    expect(told(...lines)).toEqual(["payments/api 240/24 of 2640"]);
  });

  test("a point at the boundary is of the time before it", () => {
    expect(told(line("500", (at) => (at === -1 ? 50 : 0)))).toEqual(["payments/api 0/50 of 0"]);
    expect(told(line("500", (at) => (at === 0 ? 50 : 0)))).toEqual(["payments/api 50/0 of 50"]);
  });

  test("most first, and whoever has none is not among them", () => {
    const of = (name: string) => ({ destination_namespace: "shop", destination_workload: name });
    expect(
      told(
        line("500", () => 1, of("web")),
        line("502", () => 3, of("cart")),
        line("200", () => 9, of("db")),
      ),
    ).toEqual(["shop/cart 72/72 of 72", "shop/web 24/24 of 24"]);
  });

  test("of whom Hubble does not know the workload, or nothing", () => {
    expect(
      told(
        line("500", () => 1, { destination_namespace: "shop" }),
        line("500", () => 2, {}),
      ),
    ).toEqual([" 48/48 of 48", "shop 24/24 of 24"]);
  });
});

describe("the time before", () => {
  test("is known where anything was measured in it, errors or not", () => {
    expect(told(line("500", (at) => (at < 0 ? null : 2)))).toEqual(["payments/api 48/null of 48"]);
    const measured = line("200", () => 5);
    expect(
      told(
        line("500", (at) => (at < 0 ? null : 2)),
        measured,
      ),
    ).toEqual(["payments/api 48/0 of 168"]);
  });

  test.each([
    ["a few hours missing", -22, 0],
    ["most of it missing", -6, null],
  ])("%s", (_, first, then) => {
    const measured = line("200", (at) => (at < first ? null : 5));
    expect(
      told(
        line("500", (at) => (at < 0 ? null : 2)),
        measured,
      ),
    ).toEqual([`payments/api 48/${then} of 168`]);
  });

  test("nothing to compare with is no difference", () => {
    const items = (early: number | null) =>
      httpErrorsItems(
        "prod-eu",
        httpErrorsOf({ lines: [line("500", (at) => (at < 0 ? early : 4))], stepMs }, now, before),
      ).map(({ change }) => change);
    expect(items(null)).toEqual([]);
    expect(items(0)).toEqual(["first"]);
    expect(items(1)).toEqual(["more"]);
    expect(items(3)).toEqual([]);
    expect(items(90)).toEqual([]);
  });
});

test("at most five workloads are told apart, whatever asks", () => {
  const lines = Array.from({ length: 9 }, (_, at) =>
    line("500", (hour) => (hour < 0 ? 0 : at + 2), { destination_namespace: "shop", destination_workload: `w${at}` }),
  );
  const items = httpErrorsItems("prod-eu", httpErrorsOf({ lines, stepMs }, now, before));
  expect(items.map(({ destination }) => destination)).toEqual(["shop/w8", "shop/w7", "shop/w6", "shop/w5", "shop/w4"]);
  expect(httpErrorsOf({ lines: [], stepMs: 0 }, now, before)).toEqual([]);
});
