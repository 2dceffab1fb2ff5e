import { expect, test } from "vitest";
import { compileFilters } from "../../src/analysis/filter-match.ts";
import type { FlowSelect } from "../../src/analysis/select.ts";
import { createSelection } from "../../src/analysis/selection.ts";
import { createDice, deathstar, endpoint, farDeathstar, http, makeFlow, world, xwing } from "../fixtures/flows/make.ts";
import { byName, everything, resolved } from "../fixtures/flows/select.ts";

const pod = (name: string) => endpoint({ namespace: "default", pod: name, identity: 4711 });

test("the server's filters never keep back what our side wants", () => {
  const dice = createDice(3);
  const pick = <Value>(values: readonly Value[]): Value => values[dice(values.length)] as Value;
  const maybe = <Value>(value: Value): Value | undefined => (dice(3) === 0 ? value : undefined);
  const ends = [
    xwing,
    deathstar,
    farDeathstar,
    world,
    pod("deathstar-proxy-1"),
    pod("deathstar-5d9c7b4f8-4lc96"),
    endpoint(),
  ];
  const end = () => ({
    ...(maybe(1) && { pod: [pick(["deathstar", "default/xwing", "/"])] }),
    ...(maybe(1) && { namespace: ["default"] }),
    ...(maybe(1) && { label: ["org=empire"] }),
    ...(maybe(1) && { port: [80] }),
    ...(maybe(1) && { identity: [37697, 37711] }),
  });
  let wanted = 0;
  const keptBack: unknown[] = [];
  for (let round = 0; round < 5_000; round++) {
    const select: FlowSelect = {
      ...(dice(2) === 0 ? byName : everything),
      either: end(),
      from: end(),
      to: end(),
      protocols: maybe(["tcp"]) ?? [],
      directions: maybe([1]) ?? [],
      reasons: maybe([133]) ?? [],
      nodes: maybe(["k8s-*"]) ?? [],
    };
    const { wants, filters } = createSelection(select, select.target ? resolved : null, "drops");
    const server = compileFilters(filters.whitelist, filters.blacklist);
    for (let count = 0; count < 20; count++) {
      const answer = { verdict: 1, eventType: 129, l7: http({ kind: "response", code: 403 }) };
      const flow = makeFlow({
        source: pick(ends),
        destination: pick(ends),
        destinationPort: pick([80, 443]),
        ...(dice(5) === 0 && answer),
        ...(dice(5) === 0 && { eventType: 5 }),
      });
      if (!wants(flow)) continue;
      wanted += 1;
      if (!server(flow)) keptBack.push({ select, flow });
    }
  }
  expect(keptBack.slice(0, 3)).toEqual([]);
  expect(wanted).toBeGreaterThan(1_000);
});
