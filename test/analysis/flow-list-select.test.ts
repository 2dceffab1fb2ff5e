import { expect, test } from "vitest";
import { createListSelection, type FlowConditions, type ListSelect } from "../../src/analysis/flow-list-select.ts";
import type { FlowSelect } from "../../src/analysis/select.ts";
import { http, makeFlow } from "../fixtures/flows/make.ts";

const none: FlowSelect = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };
const any: FlowConditions = {
  verdicts: [],
  types: [],
  httpStatus: [],
  httpMethods: [],
  httpPaths: [],
  httpUrls: [],
  uuids: [],
};
const wanted = (conditions: Partial<FlowConditions> = {}, select: Partial<FlowSelect> = {}): ListSelect => ({
  select: { ...none, ...select },
  conditions: { ...any, ...conditions },
});
const put = makeFlow({
  type: 2,
  eventType: 129,
  dropReason: 0,
  l7: http({ method: "PUT", url: "http://deathstar/v1/exhaust-port?a=/x" }),
});

test("nothing asked is no filter at all", () => {
  const { filters, wants } = createListSelection(wanted(), undefined, null);
  expect(filters).toEqual({ whitelist: [], blacklist: [] });
  expect(wants(makeFlow())).toBe(true);
});

test("either end gives two filters, each with all other conditions", () => {
  const { filters } = createListSelection(
    wanted({ verdicts: [2] }, { either: { pod: ["default/xwing"] } }),
    undefined,
    null,
  );
  expect(filters.whitelist).toEqual([
    { verdict: [2], sourcePod: ["default/xwing"] },
    { verdict: [2], destinationPod: ["default/xwing"] },
  ]);
});

test.each([
  [wanted({ httpMethods: ["PUT"] }), true],
  [wanted({ httpMethods: ["GET"] }), false],
  [wanted({ httpPaths: ["^/v1/ex"] }), true],
  [wanted({ httpPaths: ["/x$"] }), false],
  [wanted({ httpUrls: ["//deathstar/.*a="] }), true],
  [wanted({ types: [{ type: 129 }] }), true],
  [wanted({ types: [{ type: 4, subType: 0 }] }), false],
  [wanted({ verdicts: [1, 2] }), true],
  [wanted({ verdicts: [1] }), false],
  [wanted({ uuids: ["x"] }), false],
  [wanted({ httpStatus: ["403"] }), false],
  [wanted({}, { reasons: [133] }), false],
])("what an older server would ignore is applied again: %j", (select, fits) => {
  expect(createListSelection(select, undefined, null).wants(put)).toBe(fits);
});

test("what stands behind --not is left out: all of its conditions together, as in Hubble", () => {
  const not = wanted({ verdicts: [2] }, { protocols: ["udp"] });
  const { wants, filters } = createListSelection(wanted(), not, null);
  expect(wants(makeFlow())).toBe(true);
  expect(wants(makeFlow({ protocol: "UDP" }))).toBe(false);
  expect(wants(makeFlow({ protocol: "UDP", verdict: 1 }))).toBe(true);
  expect(filters.blacklist).toEqual([{ verdict: [2], protocol: ["udp"] }]);
});

test("a blacklist with a field that an older server ignores would hide everything: it stays on our side", () => {
  const { wants, filters } = createListSelection(wanted(), wanted({}, { reasons: [133] }), null);
  expect(filters.blacklist).toEqual([]);
  expect(wants(makeFlow())).toBe(false);
  expect(wants(makeFlow({ dropReason: 181 }))).toBe(true);
});
