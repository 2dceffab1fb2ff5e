import { describe, expect, test } from "vitest";
import { tablesOf } from "../../../src/analysis/csv/tables.ts";
import { csvText } from "../../../src/analysis/csv/write.ts";

const row = (...cells: (string | number | boolean | null)[]) => csvText({ columns: cells.map(String), rows: [cells] });
const lastLine = (text: string) => text.split("\r\n").at(-2);

describe("the tables of a result", () => {
  test("each list of objects is one, the longest first, with nested fields as columns", () => {
    const result = {
      packets: 7,
      byReason: { POLICY_DENIED: 7 },
      timeline: [1, 2],
      empty: [],
      totals: [{ rate: 1.5 }],
      flows: {
        rows: [
          { labels: { pod: "a" }, count: 2 },
          { labels: { node: "n" }, count: null, deep: [{ x: 1 }] },
        ],
      },
    };

    expect(tablesOf(result)).toEqual([
      {
        name: "flows.rows",
        columns: ["labels.pod", "count", "labels.node", "deep"],
        rows: [
          ["a", 2, null, null],
          [null, null, "n", '[{"x":1}]'],
        ],
        left: 0,
      },
      { name: "totals", columns: ["rate"], rows: [[1.5]], left: 0 },
    ]);
  });

  test("rows of several clusters are one table, each row with its cluster", () => {
    const clusters = [
      { cluster: "eu", changes: [{ id: 1, cluster: "own" }], notes: ["n"] },
      { cluster: "us", changes: [{ id: 2 }] },
      { cluster: "ap", changes: null },
    ];

    expect(tablesOf({ target: null, clusters })).toEqual([
      {
        name: "changes",
        columns: ["cluster", "id"],
        rows: [
          ["own", 1],
          ["us", 2],
        ],
        left: 0,
      },
    ]);
  });

  test("a series has a row for each point", () => {
    const at = Date.parse("2026-11-20T10:00Z");
    const series = [
      {
        labels: { pod: "a" },
        points: [
          [at, 1.5],
          [at + 60_000, null],
        ],
      },
    ];

    expect(tablesOf({ clusters: [{ cluster: "eu", series }] })).toEqual([
      {
        name: "series",
        columns: ["cluster", "labels.pod", "time", "value"],
        rows: [
          ["eu", "a", "2026-11-20T10:00:00.000Z", 1.5],
          ["eu", "a", "2026-11-20T10:01:00.000Z", null],
        ],
        left: 0,
      },
    ]);
  });

  test("what is too much is cut, and counted", () => {
    const rows = Array.from({ length: 20_003 }, (_, at) => ({ at }));
    const wide = [Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`c${at}`, at]))];
    const [long, broad] = tablesOf({ rows, wide });

    expect([long?.rows.length, long?.left, broad?.columns.length]).toEqual([20_000, 3, 80]);
    expect(String(tablesOf({ rows: [{ text: "x".repeat(40_000) }] })[0]?.rows[0]?.[0])).toHaveLength(32_000);
  });

  test.each([null, undefined, 3, "text", [], [{ a: 1 }], { a: [1] }, { a: [{ b: 1 }, 2] }])("%j has none", (result) => {
    expect(tablesOf(result)).toEqual([]);
  });

  test("a field of any name is a column, and nothing else", () => {
    const result = JSON.parse('{"rows":[{"__proto__":1,"constructor":"x"}]}');

    expect(tablesOf(result)).toEqual([
      { name: "rows", columns: ["__proto__", "constructor"], rows: [[1, "x"]], left: 0 },
    ]);
  });

  test("objects in objects without an end are not followed without an end", () => {
    let deep: object = { rows: [{ a: 1 }] };
    for (let level = 0; level < 5_000; level++) deep = { deep };

    expect(tablesOf(deep)).toEqual([]);
  });
});

describe("as CSV", () => {
  test("begins with the mark by which Excel knows UTF-8, and each line ends as RFC 4180 has it", () => {
    expect(csvText({ columns: ["a", "b"], rows: [["é", 1]] })).toBe("\uFEFFa,b\r\né,1\r\n");
    expect(csvText({ columns: ["a"], rows: [] })).toBe("\uFEFFa\r\n");
  });

  test.each([
    ["a,b", '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ["two\r\nlines", '"two\r\nlines"'],
    [" padded", '" padded"'],
    ["plain text", "plain text"],
    ["", ""],
  ])("%j is written %s", (cell, written) => {
    expect(csvText({ columns: [], rows: [[cell]] })).toBe(`\uFEFF\r\n${written}\r\n`);
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\u200b=1", "-", "=cmd|' /C calc'!A0"])(
    "%j is no formula",
    (cell) => {
      const written = csvText({ columns: [], rows: [[cell]] });
      expect(written.slice(3)).toMatch(/^"?'/);
    },
  );

  test.each(["a;=1", "a; =1", "a\t=1", "a\n-1", "x;@y"])("%j is none for those who divide elsewhere either", (cell) => {
    expect(row(cell)).not.toMatch(/[;\t\n][ ]*[=+\-@]/);
  });

  test("numbers are numbers, also below zero; what is not known is empty", () => {
    expect(lastLine(row(-1.5, true, null, "a-b", "x=y", "10.0.0.1"))).toBe("-1.5,true,,a-b,x=y,10.0.0.1");
  });

  test("names of columns are written by strangers too", () => {
    expect(csvText({ columns: ["labels.=x", "=y"], rows: [] })).toBe("\uFEFFlabels.=x,'=y\r\n");
  });
});
