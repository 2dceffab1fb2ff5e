import { describe, expect, test } from "vitest";
import { compileFilters } from "../../src/analysis/filter-match.ts";
import type { Endpoint, Flow } from "../../src/analysis/flow.ts";
import type { FlowSelect } from "../../src/analysis/select.ts";
import { createSelection } from "../../src/analysis/selection.ts";
import { hideOtherPolicies, onlyVisible } from "../../src/analysis/visible.ts";
import { createDice, deathstar, endpoint, farDeathstar, http, makeFlow, world, xwing } from "../fixtures/flows/make.ts";
import { byName, everything, resolved } from "../fixtures/flows/select.ts";

const pod = (namespace: string, name: string) => endpoint({ namespace, pod: name, identity: 4711 });
/** A pod that is gone: its identity is all that is left. */
const nameless = (namespace: string) =>
  endpoint({ identity: 4712, labels: ["k8s:app=x", `k8s:io.kubernetes.pod.namespace=${namespace}`] });

/** The rule in the plainest words, to hold the real one against. */
function mayBeSeen({ source, destination, sourceService, destinationService }: Flow, visible: readonly string[]) {
  const byLabel = ({ labels }: Endpoint) =>
    labels.some((label) => visible.some((name) => label === `k8s:io.kubernetes.pod.namespace=${name}`));
  const places = [source.namespace, destination.namespace, sourceService?.namespace, destinationService?.namespace];
  return places.some((place) => visible.includes(place ?? "")) || byLabel(source) || byLabel(destination);
}

test("whatever is asked for, exactly the flows with an end in a visible namespace are wanted, and the server gives them", () => {
  const dice = createDice(11);
  const pick = <Value>(values: readonly Value[]): Value => values[dice(values.length)] as Value;
  const maybe = <Value>(value: Value): Value | undefined => (dice(4) === 0 ? value : undefined);
  const ends = [
    xwing,
    deathstar,
    farDeathstar,
    world,
    endpoint(),
    pod("payments", "api-1"),
    pod("payments-eu", "api-1"),
    pod("ledger", "db-0"),
    nameless("payments"),
    nameless("ledger"),
  ];
  const services = [
    undefined,
    undefined,
    undefined,
    { namespace: "payments", name: "api" },
    { namespace: "ledger", name: "db" },
  ];
  const end = () => ({
    ...(maybe(1) && { pod: [pick(["deathstar", "payments/api", "/", "/api", "ledger/db"])] }),
    ...(maybe(1) && { namespace: [pick(["default", "payments", "ledger"])] }),
    ...(maybe(1) && { service: [pick(["payments/api", "/db"])] }),
    ...(maybe(1) && { label: [pick(["org=empire", "app in (x, y)", "k8s:io.kubernetes.pod.namespace=ledger"])] }),
    ...(maybe(1) && { port: [80] }),
    ...(maybe(1) && { identity: [37697, 4711, 4712] }),
  });
  const targets = [
    everything,
    everything,
    byName,
    { ...everything, target: { kind: "namespace", name: "ledger" } as const },
  ];
  const views: readonly (readonly string[])[] = [["payments"], ["default"], ["payments", "default"], ["nowhere"], []];
  const count = { wanted: 0, hidden: 0, passed: 0 };
  for (let round = 0; round < 4_000; round++) {
    const select: FlowSelect = {
      ...pick(targets),
      either: dice(2) === 0 ? {} : end(),
      from: dice(2) === 0 ? {} : end(),
      to: dice(2) === 0 ? {} : end(),
      protocols: maybe(["tcp"]) ?? [],
      directions: maybe([1]) ?? [],
      reasons: maybe([133]) ?? [],
      nodes: maybe(["k8s-*"]) ?? [],
    };
    const visible = pick(views);
    const kinds = pick(["drops", "drops", "forwarded"] as const);
    const open = createSelection(select, select.target === byName.target ? resolved : null, kinds);
    const { wants, filters } = onlyVisible(open, visible);
    expect(filters.whitelist.length).toBeGreaterThan(0);
    const server = compileFilters(filters.whitelist, filters.blacklist);
    for (let at = 0; at < 12; at++) {
      const answer = { verdict: 1, eventType: 129, l7: http({ kind: "response", code: 403 }) };
      const flow = makeFlow({
        source: pick(ends),
        destination: pick(ends),
        sourceService: pick(services),
        destinationService: pick(services),
        destinationPort: pick([80, 443]),
        ...(dice(5) === 0 && answer),
        ...(kinds === "forwarded" && { verdict: 1, eventType: 4 }),
      });
      const seen = mayBeSeen(flow, visible);
      const wanted = wants(flow);
      if (wanted !== (seen && open.wants(flow)) || (wanted && !server(flow)))
        expect({ select, visible, flow, seen, wanted, passes: server(flow) }).toBe("as it may be seen");
      if (wanted) count.wanted += 1;
      else if (!seen && open.wants(flow)) {
        count.hidden += 1;
        if (server(flow)) count.passed += 1;
      }
    }
  }
  expect(count.wanted).toBeGreaterThan(1_000);
  expect(count.hidden).toBeGreaterThan(1_000);
  // Not even sent to us.
  expect(count.passed).toBe(0);
});

describe("the filters", () => {
  const whitelist = (select: FlowSelect, visible?: readonly string[]) =>
    onlyVisible(createSelection(select, select.target ? resolved : null, "forwarded"), visible).filters.whitelist;

  test("are as they were where everything may be seen", () => {
    const open = createSelection(byName, resolved, "drops");
    expect(onlyVisible(open, undefined)).toBe(open);
  });

  test("name the visible namespaces at either end", () => {
    expect(whitelist(everything, ["payments", "shop"])).toMatchObject([
      { sourcePod: ["payments/", "shop/"] },
      { destinationPod: ["payments/", "shop/"] },
      { sourceService: ["payments/", "shop/"] },
      { destinationService: ["payments/", "shop/"] },
      {
        sourceLabel: ["k8s:io.kubernetes.pod.namespace=payments", "k8s:io.kubernetes.pod.namespace=shop"],
      },
      { destinationLabel: expect.any(Array) },
    ]);
  });

  test("stay one where their pods are in a visible namespace already", () => {
    expect(whitelist({ ...everything, from: { pod: ["payments/api"] } }, ["payments"])).toHaveLength(1);
  });

  test("let nothing through where nothing may be seen, or nothing that is asked for", () => {
    const none = [{ sourcePod: ["/!"] }];
    expect(whitelist(everything, [])).toEqual(none);
    expect(whitelist(everything, [""])).toEqual(none);
    expect(compileFilters(none, [])(makeFlow())).toBe(false);
  });
});

describe("policies that flows name", () => {
  const policy = (namespace: string) => ({ kind: "CiliumNetworkPolicy", namespace, name: "deny" });
  const flow = makeFlow({
    eventType: 5,
    source: pod("payments", "api-1"),
    destination: pod("ledger", "db-0"),
    deniedBy: [policy("ledger"), policy(""), policy("payments")],
    allowedBy: [policy("ledger")],
    policyLog: ["ask the ledger team"],
  });

  test("are those of visible namespaces and of the cluster", () => {
    expect(hideOtherPolicies(["payments"])(flow)).toEqual({
      ...flow,
      deniedBy: [policy(""), policy("payments")],
      allowedBy: [],
      policyLog: [],
    });
    expect(hideOtherPolicies(["ledger"])(flow).policyLog).toEqual(["ask the ledger team"]);
  });

  test("log for the end that decides", () => {
    expect(hideOtherPolicies(["payments"])({ ...flow, direction: 2 }).policyLog).toEqual(["ask the ledger team"]);
    expect(hideOtherPolicies(["payments"])({ ...flow, direction: 0 }).policyLog).toEqual([]);
  });

  test("stay where everything may be seen, and flows that name none stay the same object", () => {
    expect(hideOtherPolicies(undefined)(flow)).toBe(flow);
    const plain = makeFlow();
    expect(hideOtherPolicies(["payments"])(plain)).toBe(plain);
  });
});
