import { expect, test } from "vitest";
import { dnsErrorsOf } from "../../../src/analysis/digest/dns.ts";

const minute = 60_000;
const window = { from: 0, to: 1_440 * minute };

/** A point each ten minutes in which there is something. */
function series(rcode: string, node: string, from: number, to: number, perMinute: number) {
  const points: [number, number][] = [];
  for (let at = from + 10; at <= to; at += 10) points.push([at * minute, perMinute / 60]);
  return { labels: { rcode, qtypes: "A", node }, points };
}

test("a burst of an hour is fewer than a few a minute all day", () => {
  const lines = [
    series("Server Failure", "k8s-w3", 360, 420, 10),
    series("Non-Existent Domain", "k8s-w2", 0, 1_440, 3),
    // Of the time before: its first point is at the window's beginning.
    series("Refused", "k8s-w1", -60, 0, 100),
  ];
  expect(dnsErrorsOf({ lines, stepMs: 10 * minute }, window)).toEqual([
    { answer: "Non-Existent Domain", asked: "A", node: "k8s-w2", count: 4_320 },
    { answer: "Server Failure", asked: "A", node: "k8s-w3", count: 600 },
  ]);
});
