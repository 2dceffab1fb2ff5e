import { describe, expect, test } from "vitest";
import { httpErrorsItems, httpErrorsOf, isCut } from "../../../src/analysis/digest/http.ts";

const hour = 3_600_000;
const stepMs = hour;
const from = Date.parse("2026-11-19T03:00:00Z");
const now = { from, to: from + 24 * hour };
const before = { from: from - 24 * hour, to: from };

const api = { destination_namespace: "payments", destination_workload: "api" };
type Labels = Readonly<Record<string, string>>;
type InHour = (hour: number) => number | null;

/** In each hour: -24 is the first of the day before, 0 the first of this day. */
function line(as: "errors" | "requests", count: InHour, labels: Labels) {
  const points = Array.from({ length: 48 }, (_, at): [number, number | null] => {
    const counted = count(at - 24);
    return [before.from + (at + 1) * hour, counted === null ? null : counted / 3_600];
  });
  return { as, labels, points };
}

/** Nothing but errors, unless told. */
function workload(errors: InHour, requests: InHour = errors, labels: Labels = api) {
  return [line("errors", errors, labels), line("requests", requests, labels)];
}

function told(...lines: readonly ReturnType<typeof workload>[]): string[] {
  return httpErrorsOf({ lines: lines.flat(), stepMs }, now, before).map(
    ({ destination, now: count, before: then, requests }) => `${destination} ${count}/${then} of ${requests}`,
  );
}

describe("errors of a workload", () => {
  test("are its 5xx of all answers, in both times", () => {
    const lines = workload(
      (at) => (at < 0 ? 1 : 10),
      () => 110,
    );
    expect(told(lines)).toEqual(["payments/api 240/24 of 2640"]);
  });

  test("a point at the boundary is of the time before it", () => {
    expect(told(workload((at) => (at === -1 ? 50 : 0)))).toEqual(["payments/api 0/50 of 0"]);
    expect(told(workload((at) => (at === 0 ? 50 : 0)))).toEqual(["payments/api 50/0 of 50"]);
  });

  test("most first, and whoever has none is not among them", () => {
    const of = (name: string) => ({ destination_namespace: "shop", destination_workload: name });
    expect(
      told(
        workload(() => 1, undefined, of("web")),
        workload(() => 3, undefined, of("cart")),
        workload(
          () => 0,
          () => 9,
          of("db"),
        ),
      ),
    ).toEqual(["shop/cart 72/72 of 72", "shop/web 24/24 of 24"]);
  });

  test("of whom Hubble does not know the workload, or nothing", () => {
    expect(
      told(
        workload(() => 1, undefined, { destination_namespace: "shop" }),
        workload(() => 2, undefined, {}),
      ),
    ).toEqual([" 48/48 of 48", "shop 24/24 of 24"]);
  });
});

describe("the time before", () => {
  const fresh = workload((at) => (at < 0 ? null : 2));
  const other = (requests: InHour) => workload(() => 0, requests, { destination_namespace: "shop" });

  test("is known where anything was measured in it, errors or not", () => {
    expect(told(fresh)).toEqual(["payments/api 48/null of 48"]);
    expect(
      told(
        fresh,
        other(() => 5),
      ),
    ).toEqual(["payments/api 48/0 of 48"]);
  });

  test.each([
    ["a few hours missing", -22, 0],
    ["most of it missing", -6, null],
  ])("%s", (_, first, then) => {
    const missing = (at: number) => (at < first ? null : 5);
    const elsewhere = [line("requests", missing, { destination_namespace: "shop" })];
    expect(told(fresh, elsewhere)).toEqual([`payments/api 48/${then} of 48`]);
  });

  test("nothing to compare with is no difference", () => {
    const items = (early: number | null) =>
      httpErrorsItems(
        "prod-eu",
        httpErrorsOf({ lines: workload((at) => (at < 0 ? early : 4)), stepMs }, now, before),
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
    workload((hour) => (hour < 0 ? 0 : at + 2), undefined, {
      destination_namespace: "shop",
      destination_workload: `w${at}`,
    }),
  ).flat();
  const items = httpErrorsItems("prod-eu", httpErrorsOf({ lines, stepMs }, now, before));
  expect(items.map(({ destination }) => destination)).toEqual(["shop/w8", "shop/w7", "shop/w6", "shop/w5", "shop/w4"]);
  expect(httpErrorsOf({ lines: [], stepMs: 0 }, now, before)).toEqual([]);
});

test("the list is cut where as many answer with errors as are told of", () => {
  const lines = [
    workload(() => 1),
    workload(
      () => 0,
      () => 9,
      { destination_namespace: "shop" },
    ),
  ].flat();
  expect([1, 2].map((most) => isCut({ lines }, most))).toEqual([true, false]);
});
