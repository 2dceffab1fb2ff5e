import { expect, test } from "vitest";
import { canary } from "../../../src/lab/world/traffic/webpod.ts";
import { begin, everywhere, groupBy, isDropEvent, isHttp, minute, now, type Seen, starWars } from "./worlds.ts";

const world = starWars({ scenarios: ["webpod"] });
const window = [now - 10 * minute, now] as const;
const flows = everywhere(world, ...window);
const touches = ({ flow }: Seen, name: string) =>
  [flow.source, flow.destination].some((end) => end?.podName?.startsWith(name) === true);
const http = flows.filter((seen) => isHttp(seen) && touches(seen, "webpod"));
const dns = flows.filter((seen) => seen.flow.l7?.dns && touches(seen, "curl-pod"));

test("Star Wars beside webpod is Star Wars alone, flow by flow and drop by drop", () => {
  const alone = starWars();
  const isWebpod = (seen: Seen) => touches(seen, "webpod") || touches(seen, "curl-pod");
  expect(flows.filter((seen) => !isWebpod(seen))).toEqual(everywhere(alone, ...window));
  expect(world.ledger(begin, now).filter(({ source }) => source !== "default/curl-pod")).toEqual(
    alone.ledger(begin, now),
  );
  expect(alone.pods.some(({ name }) => name.startsWith("webpod"))).toBe(false);
});

test("Hubble shows user_id and secrets where nothing redacts them: in URLs, summaries and headers", () => {
  const requests = http.filter(({ flow }) => flow.l7?.type === 1);
  const urls = requests.map(({ flow }) => flow.l7?.http?.url ?? "");
  expect(requests.length).toBeGreaterThan(60);
  expect(urls).toContain("http://webpod/");
  expect(urls).toContain("http://webpod/?user_id=1234");
  expect(urls.some((url) => /\?user_id=u\d{8}$/.test(url))).toBe(true);
  expect(urls.some((url) => url.endsWith(`&session=${canary}`))).toBe(true);
  for (const { flow } of requests) {
    const headers = Object.fromEntries((flow.l7?.http?.headers ?? []).map(({ key, value }) => [key, value]));
    expect(flow.Summary).toBe(`HTTP/1.1 GET ${flow.l7?.http?.url}`);
    expect(headers).toMatchObject({ Authorization: `Bearer ${canary}`, Cookie: `session=${canary}` });
    expect(headers["X-Request-Id"]).toContain(canary);
  }
});

test("each request has one answer, on the client's node, egress, with its latency", () => {
  for (const pair of groupBy(http, ({ flow }) =>
    String(flow.l4?.TCP?.[flow.isReply?.value ? "destinationPort" : "sourcePort"]),
  ).values()) {
    expect(pair.map(({ flow }) => [flow.l7?.type, flow.isReply?.value, flow.l7?.http?.code])).toEqual([
      [1, false, undefined],
      [2, true, 200],
    ]);
    const [request, response] = pair;
    expect(response?.flow.l7?.latencyNs).toBeGreaterThan(1e6);
    expect((response?.time ?? 0) - (request?.time ?? 0)).toBeGreaterThanOrEqual(
      (response?.flow.l7?.latencyNs ?? 0) / 1e6,
    );
    expect(response?.flow.Summary).toBe(
      `HTTP/1.1 200 ${Math.floor((response?.flow.l7?.latencyNs ?? 0) / 1e6)}ms (GET ${request?.flow.l7?.http?.url})`,
    );
  }
  expect(new Set(http.map(({ node, flow }) => `${node} ${flow.trafficDirection} ${flow.verdict}`))).toEqual(
    new Set(["k8s-ctr 2 1"]),
  );
});

test("names are looked for in each search domain, A and AAAA, and the answers say what there is", () => {
  const said = new Set(dns.map(({ flow }) => flow.Summary));
  const none = (name: string, type: string) =>
    `DNS Answer RCode: Non-Existent Domain TTL: 4294967295 (Proxy www.example.com.${name} ${type})`;
  for (const domain of ["default.svc.cluster.local.", "svc.cluster.local.", "cluster.local."]) {
    expect(said).toContain(`DNS Query www.example.com.${domain} AAAA`);
    expect(said).toContain(none(domain, "A"));
    expect(said).toContain(none(domain, "AAAA"));
  }
  expect(said).toContain('DNS Answer "10.96.201.129" TTL: 30 (Proxy webpod.default.svc.cluster.local. A)');
  expect(said).toContain("DNS Answer  TTL: 4294967295 (Proxy webpod.default.svc.cluster.local. AAAA)");
  const [found] = dns.filter(({ flow }) => (flow.l7?.dns?.cnames?.length ?? 0) > 0);
  expect(found?.flow.l7).toMatchObject({
    type: 2,
    dns: { query: "www.example.com.", ips: ["93.184.215.14"], ttl: 292, qtypes: ["A"], rrtypes: ["CNAME", "A"] },
  });
  const rcodes = new Set(dns.map(({ flow }) => flow.l7?.dns?.rcode ?? 0));
  expect(rcodes).toEqual(new Set([0, 3]));
});

test("what the policy does not name is denied on egress: the drop events are the ledger's packets", () => {
  const drops = flows.filter(
    (seen) => isDropEvent(seen) && touches(seen, "curl-pod") && seen.flow.dropReasonDesc === 133,
  );
  const entries = world.ledger(...window).filter(({ source }) => source === "default/curl-pod");
  expect(entries.length).toBeGreaterThan(40);
  expect(drops.map(({ node, time }) => [node, time])).toEqual(entries.map(({ node, time }) => [node, time]));
  expect(entries[0]).toMatchObject({ direction: "EGRESS", destination: "www.example.com", port: 443, protocol: "TCP" });
  expect(drops[0]?.flow).toMatchObject({ trafficDirection: 2, destinationNames: ["www.example.com"] });
});

test("policy verdicts of the client name the policy, on egress", () => {
  const verdicts = flows.filter(({ flow }) => flow.eventType?.type === 5 && flow.source?.podName === "curl-pod");
  const kinds = verdicts.map(({ flow }) =>
    [flow.verdict, flow.policyMatchType, flow.trafficDirection, flow.egressAllowedBy?.[0]?.name].join(),
  );
  expect(new Set(kinds)).toEqual(new Set(["5,2,2,l7-visibility", "5,3,2,l7-visibility", "2,,2,"]));
});

test("the ring still holds six minutes of every node", () => {
  for (const { name } of world.nodes) {
    expect(4095 / (world.flows(name, ...window).length / 10)).toBeGreaterThan(6);
  }
});
