import { expect, test } from "vitest";
import { type Member, stormCsv, stormQuestion } from "../../src/alerts/storm.ts";

const member = (given: Partial<Member> = {}): Member => ({
  ...{ title: "Drops", where: "shop/cart", cluster: "eu", severity: "critical", firing: true, alerts: 1 },
  ...{ since: 1_000, endedAt: 0 },
  ...given,
});
const storm = Date.UTC(2026, 10, 21, 3, 5, 0, 700);

test.each<[string, Partial<Member>[], string, string]>([
  ["one namespace", [{}, { where: "shop/pay" }], "eu", "drops ns/shop --since 2026-11-21T03:00:00Z --cluster eu"],
  ["several namespaces", [{}, { where: "bank/pay" }], "eu", "drops --since 2026-11-21T03:00:00Z --cluster eu"],
  ["nodes", [{ where: "node-1" }], "eu", "drops --since 2026-11-21T03:00:00Z --cluster eu"],
  [
    "the cluster of most of them",
    [{ where: "bank/pay" }, { cluster: "us" }, { cluster: "us" }],
    "us",
    "drops ns/shop --since 2026-11-21T03:00:00Z --cluster us",
  ],
  [
    "a label that is no name",
    [{ where: "x --cluster us/cart" }],
    "eu",
    "drops --since 2026-11-21T03:00:00Z --cluster eu",
  ],
])("a storm asks once what was dropped: %s", (_, members, cluster, line) => {
  expect(stormQuestion(members.map(member), storm)).toEqual({ cluster, line });
});

test("the file has every group, and no cell that a spreadsheet would compute", () => {
  const lines = stormCsv([member(), member({ title: '=1+1,"', firing: false, endedAt: 2_000 })]).split("\r\n");

  expect(lines[0]).toBe("alert,where,cluster,severity,state,alerts,since,ended");
  expect(lines.slice(1).sort()).toEqual([
    "",
    `"'=1+1,""",shop/cart,eu,critical,resolved,1,1970-01-01T00:00:01.000Z,1970-01-01T00:00:02.000Z`,
    "Drops,shop/cart,eu,critical,firing,1,1970-01-01T00:00:01.000Z,",
  ]);
});
