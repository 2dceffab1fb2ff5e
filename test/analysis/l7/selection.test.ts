import { expect, test } from "vitest";
import { compileFilters } from "../../../src/analysis/filter-match.ts";
import type { Flow } from "../../../src/analysis/flow.ts";
import type { FlowSelect } from "../../../src/analysis/select.ts";
import { createSelection } from "../../../src/analysis/selection.ts";
import { createDice, deathstar, http, makeFlow, world, xwing } from "../../fixtures/flows/make.ts";
import { everything } from "../../fixtures/flows/select.ts";

const base = { eventType: 129, type: 2, verdict: 1, dropReason: 0, direction: 1 };
const request = makeFlow({ ...base, l7: http() });
const answer = makeFlow({ ...base, source: deathstar, destination: xwing, l7: http({ kind: "response", code: 200 }) });
const fromDeathstar = makeFlow({ ...base, source: deathstar, destination: xwing, l7: http() });

const wanted = (select: Partial<FlowSelect>, flows: readonly Flow[], ask: "http" | "dns" = "http") =>
  flows.map((flow) => createSelection({ ...everything, ...select }, null, ask).wants(flow));

test("conditions on the source hold for who asks, and for whom the answer is", () => {
  const select = { from: { pod: ["default/xwing"] } };
  expect(wanted(select, [request, answer, fromDeathstar])).toEqual([true, true, false]);
  expect(wanted({ to: { pod: ["default/xwing"] } }, [request, answer, fromDeathstar])).toEqual([false, false, true]);
});

test("an answer has the direction of its request", () => {
  expect(wanted({ directions: [1] }, [request, answer])).toEqual([true, true]);
  expect(wanted({ directions: [2] }, [request, answer])).toEqual([false, false]);
});

test("other protocols and other records are not wanted", () => {
  expect(wanted({}, [makeFlow(), makeFlow({ eventType: 4, verdict: 1 })])).toEqual([false, false]);
  expect(wanted({}, [request], "dns")).toEqual([false]);
});

test("the server's filters never keep back what our side wants", () => {
  const dice = createDice(5);
  const pick = <Value>(values: readonly Value[]): Value => values[dice(values.length)] as Value;
  const end = () => pick([{}, { pod: ["default/xwing"] }, { label: ["org=empire"] }, { port: [80] }]);
  let count = 0;
  for (let round = 0; round < 2_000; round++) {
    const select = { ...everything, from: end(), to: end(), either: end(), directions: pick([[], [1], [2]]) };
    const { wants, filters } = createSelection(select, null, "http");
    const server = compileFilters(filters.whitelist, filters.blacklist);
    const flow = makeFlow({
      ...{
        ...base,
        direction: pick([1, 2]),
        source: pick([xwing, deathstar, world]),
        destination: pick([xwing, deathstar]),
      },
      ...{ sourcePort: pick([80, 4_000]), destinationPort: pick([80, 4_000]), verdict: pick([1, 2, 3]) },
      l7: http({ kind: pick(["request", "response"] as const), code: pick([0, 200, 503]) }),
    });
    if (!wants(flow)) continue;
    count += 1;
    expect(server(flow)).toBe(true);
  }
  expect(count).toBeGreaterThan(200);
});
