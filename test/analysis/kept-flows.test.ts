import { expect, test } from "vitest";
import { compileFilters } from "../../src/analysis/filter-match.ts";
import type { Flow } from "../../src/analysis/flow.ts";
import { createListSelection, type FlowConditions } from "../../src/analysis/flow-list-select.ts";
import { keptFlows, keptPart } from "../../src/analysis/kept-flows.ts";
import { http, makeFlow } from "../fixtures/flows/make.ts";

const nothing = { verdicts: [], types: [], httpStatus: [], httpMethods: [], httpPaths: [], httpUrls: [], uuids: [] };
const select = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };

const response = (code: number, verdict: number): Flow =>
  makeFlow({ eventType: 129, type: 2, dropReason: 0, verdict, l7: http({ kind: "response", code }) });
const flows: readonly Flow[] = [
  makeFlow(),
  makeFlow({ eventType: 5 }),
  makeFlow({ verdict: 3, dropReason: 0, eventType: 129, l7: http() }),
  makeFlow({ verdict: 2, dropReason: 0, eventType: 129, l7: http() }),
  ...[1, 4, 5, 6].flatMap((verdict) => [4, 5, 7].map((eventType) => makeFlow({ verdict, eventType, dropReason: 0 }))),
  ...[200, 403, 404, 500].map((code) => response(code, 1)),
  makeFlow({ verdict: 1, dropReason: 0, eventType: 129, l7: http() }),
];
const isKept = compileFilters(keptFlows, []);

test.each<[string, Partial<FlowConditions>, readonly number[], "all" | "some" | "none"]>([
  ["nothing", {}, [], "some"],
  ["dropped flows", { verdicts: [2] }, [], "all"],
  ["dropped and failed flows", { verdicts: [2, 3] }, [], "all"],
  ["dropped and forwarded flows", { verdicts: [1, 2] }, [], "some"],
  ["forwarded flows", { verdicts: [1, 5] }, [], "none"],
  ["drop events", { types: [{ type: 1 }] }, [], "all"],
  ["drops and their verdicts", { types: [{ type: 1 }, { type: 5 }] }, [], "some"],
  ["traces", { types: [{ type: 4 }] }, [], "none"],
  ["a reason", {}, [133], "all"],
  ["no reason", {}, [0], "some"],
  ["a 403", { httpStatus: ["403"] }, [], "all"],
  ["a 403 whatever the policy does", { httpStatus: ["403"], verdicts: [1, 4] }, [], "some"],
  ["all of 4xx", { httpStatus: ["4+"] }, [], "some"],
  ["all of 5xx", { httpStatus: ["5+"] }, [], "none"],
  ["403 and 500", { httpStatus: ["403", "500"] }, [], "some"],
])("%s: what is kept of it", (_, conditions, reasons, part) => {
  const asked = { select: { ...select, reasons }, conditions: { ...nothing, ...conditions } };
  const { wants } = createListSelection(asked, undefined, null);

  expect(keptPart(asked)).toBe(part);
  const wanted = flows.filter(wants);
  expect(wanted.length).toBeGreaterThan(0);
  const kept = wanted.filter(isKept);
  if (part === "all") expect(kept).toEqual(wanted);
  // Of all that was forwarded the refusals of a proxy are kept, and are not worth a look.
  else if (part === "none") expect(kept.filter(({ l7 }) => l7?.protocol !== "http" || l7.code !== 403)).toEqual([]);
  else expect(kept.length).toBeGreaterThan(0);
});
