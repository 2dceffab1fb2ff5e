/** curl-pod's requests to webpod, seen by the proxy on its own node; and its calls to the outside, which the policy denies. */
import type { WireHeader } from "../../../sources/hubble/wire.ts";
import { type Connection, drop, egress, l7, policyVerdict, socketTranslation, tcp, trace } from "../packet.ts";
import { policyInFlows } from "../policy.ts";
import type { Run, Traffic } from "../run.ts";
import type { NodeName } from "../topology.ts";
import { l7Visibility, webpodPods, webpodService } from "../webpod.ts";
import { deliver } from "./deliver.ts";
import { resolve } from "./resolver.ts";

/** What nobody but curl and webpod may ever see, in headers, cookies and queries: look for it in whatever the bot writes. */
export const canary = "wampa-5ca1ab1e-0ff1ce";

export const webpodTraffic: readonly Traffic[] = [
  { name: "webpod-request", every: 5000, spread: 2400, span: 300, run: request },
  { name: "webpod-outside", every: 20_000, spread: 8000, span: 1200, run: callOutside },
];

const client = webpodPods.curl;
const node = client.node as NodeName;
const webpodName = { name: "webpod.default.svc.cluster.local.", ips: [webpodService.ip], ttl: 30 };
const outsideIp = "93.184.215.14";
const outside = {
  host: "www.example.com",
  known: {
    name: "www.example.com.",
    ips: [outsideIp],
    ttl: 292,
    cnames: ["www.example.com-v4.edgesuite.net.", "a1422.dscr.akamai.net."],
  },
};
/** Offsets of curl's two SYNs. */
const attempts = [0, 1024.7] as const;

function request(run: Run): void {
  const from = run.ends.pod(client);
  const resolved = resolve(run, { client: from, typed: "webpod", known: webpodName }, 0);
  const connection: Connection = {
    client: from,
    server: run.ends.pod(run.random.pick([webpodPods.one, webpodPods.two])),
    clientPort: run.random.int(32768, 60999),
    serverPort: 80,
  };
  const query = queryOf(run);
  const latency = 1 + run.random.next() * 39;
  run.flow(node, resolved + 0.1, () => socketTranslation(node, connection, webpodService, "before", "TCP"));
  run.flow(node, resolved + 0.2, () => socketTranslation(node, connection, webpodService, "after", "TCP"));
  const asked = handShake(run, connection, resolved + 0.4);
  const arrived = deliver(run, tcp(connection, "client", "push"), asked + 0.4);
  deliver(run, tcp(connection, "server", "push"), arrived + latency);
  const answered = arrived + latency + 0.6;
  show(run, connection, { url: `http://webpod/${query}`, latency }, { asked, answered });
  deliver(run, tcp(connection, "client", "finish"), answered + 0.9);
  deliver(run, tcp(connection, "server", "finish"), answered + 1.6);
}

function queryOf(run: Run): string {
  const kind = run.random.int(0, 3);
  if (kind === 0) return "";
  if (kind === 1) return "?user_id=1234";
  const query = `?user_id=u${run.random.int(10_000_000, 99_999_999)}`;
  return kind === 2 ? query : `${query}&session=${canary}`;
}

/** The proxy takes the connection on the client's node and opens it again towards the server. Gives the offset at which it stands. */
function handShake(run: Run, connection: Connection, offset: number): number {
  const syn = tcp(connection, "client", "syn");
  const by = policyInFlows(l7Visibility, 1);
  run.flow(node, offset, () => policyVerdict(node, syn, { verdict: "redirected", by, direction: egress }));
  run.flow(node, offset + 0.1, () => trace(node, syn, "to-proxy", egress));
  const arrived = deliver(run, syn, offset + 0.3);
  return deliver(run, tcp(connection, "server", "synAck"), arrived + 0.2) + 0.2;
}

/** Envoy's two access log records. */
function show(
  run: Run,
  connection: Connection,
  { url, latency }: { readonly url: string; readonly latency: number },
  at: { readonly asked: number; readonly answered: number },
): void {
  const requestId = run.requestId();
  const http = { method: "GET", url, protocol: "HTTP/1.1" };
  const latencyNs = Math.round(latency * 1e6);
  run.flow(node, at.asked, () =>
    l7(node, tcp(connection, "client", "data"), {
      verdict: 1,
      direction: egress,
      record: { type: 1, http: { ...http, headers: requestHeaders(requestId) } },
      summary: `HTTP/1.1 GET ${url}`,
    }),
  );
  run.flow(node, at.answered, () =>
    l7(node, tcp(connection, "server", "data"), {
      verdict: 1,
      direction: egress,
      record: {
        type: 2,
        latencyNs,
        http: { ...http, code: 200, headers: responseHeaders(run.timeAt(at.answered), latency) },
      },
      summary: `HTTP/1.1 200 ${Math.floor(latency)}ms (GET ${url})`,
    }),
  );
}

function requestHeaders(requestId: string): WireHeader[] {
  return [
    { key: ":scheme", value: "http" },
    { key: "Accept", value: "*/*" },
    { key: "Authorization", value: `Bearer ${canary}` },
    { key: "Cookie", value: `session=${canary}` },
    { key: "User-Agent", value: "curl/8.14.1" },
    { key: "X-Forwarded-Proto", value: "http" },
    { key: "X-Request-Id", value: `${canary}-${requestId}` },
  ];
}

function responseHeaders(time: number, latency: number): WireHeader[] {
  return [
    { key: "Content-Length", value: "389" },
    { key: "Content-Type", value: "text/plain; charset=utf-8" },
    { key: "Date", value: new Date(time).toUTCString() },
    { key: "Set-Cookie", value: `session=${canary}; HttpOnly` },
    { key: "X-Envoy-Upstream-Service-Time", value: String(Math.floor(latency)) },
  ];
}

/** The name is found after three search domains without it; then both SYNs are dropped where they begin. */
function callOutside(run: Run): void {
  const from = run.ends.pod(client);
  const resolved = resolve(run, { client: from, typed: outside.host, known: outside.known }, 0);
  const connection: Connection = {
    client: from,
    server: run.ends.world(outsideIp, outside.host),
    clientPort: run.random.int(32768, 60999),
    serverPort: 443,
  };
  const syn = tcp(connection, "client", "syn");
  for (const wait of attempts) {
    const at = resolved + 0.4 + wait;
    run.flow(node, at, () => policyVerdict(node, syn, { verdict: "denied", direction: egress }));
    run.flow(node, at + 0.1, () => drop(node, syn, { reason: 133, direction: egress, line: 1391 }));
    run.ledger(at + 0.1, {
      node,
      kind: "packet",
      reason: "POLICY_DENIED",
      direction: "EGRESS",
      source: from.shownAs,
      destination: connection.server.shownAs,
      port: 443,
      protocol: "TCP",
    });
  }
}
