/** The ships' requests to deathstar: what the demo is about. */
import type { WireHeader } from "../../../sources/hubble/wire.ts";
import { type Connection, ingress, l7, socketTranslation, tcp } from "../packet.ts";
import { admitsRequest } from "../policy.ts";
import type { Run, Traffic } from "../run.ts";
import { pods, services } from "../topology.ts";
import type { LabPod } from "../world.ts";
import { connect, deliver, type Established } from "./deliver.ts";
import { lookUp } from "./dns.ts";

interface Call {
  readonly ship: LabPod;
  readonly method: string;
  readonly path: (run: Run) => string;
  /** A client that asks again within seconds has the address still. */
  readonly looksUp: boolean;
}

const host = "deathstar.default.svc.cluster.local";
const landing = () => "/v1/request-landing";

export const landingTraffic: readonly Traffic[] = [
  calls("tiefighter-landing", 4000, 800, { ship: pods.tiefighter, method: "POST", path: landing, looksUp: true }),
  calls("xwing-landing", 4000, 900, { ship: pods.xwing, method: "POST", path: landing, looksUp: true }),
  calls("tiefighter-exhaust-port", 6000, 1500, {
    ship: pods.tiefighter,
    method: "PUT",
    path: (run) =>
      run.random.chance(0.5) ? `/v1/exhaust-port?user_id=${run.random.int(1000, 9999)}` : "/v1/exhaust-port",
    looksUp: false,
  }),
];

/** Spans two SYNs, the answer and a slow response. */
function calls(name: string, every: number, spread: number, call: Call): Traffic {
  return { name, every, spread, span: 1500, run: (run) => request(run, call) };
}

function request(run: Run, call: Call): void {
  const client = run.ends.pod(call.ship);
  const ips = [services.deathstar.ip];
  const withSocket = run.random.chance(0.25);
  const resolved = call.looksUp ? lookUp(run, { client, name: host, ips, ttl: 30, withSocket }, 0) : 0;
  const connection: Connection = {
    client,
    server: run.ends.pod(run.random.pick([pods.deathstarOne, pods.deathstarTwo])),
    clientPort: run.random.int(32768, 60999),
    serverPort: 80,
  };
  const node = client.node;
  if (withSocket && node !== undefined) {
    run.flow(node, resolved, () => socketTranslation(node, connection, services.deathstar, "before", "TCP"));
    run.flow(node, resolved + 0.07, () => socketTranslation(node, connection, services.deathstar, "after", "TCP"));
  }
  const path = call.path(run);
  const latency = 0.6 + run.random.next() * 7;
  const established = connect(run, connection, resolved + 0.4);
  if (established !== undefined) {
    exchange(run, connection, established, { method: call.method, path, latency });
  }
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  /** Milliseconds. */
  readonly latency: number;
}

function exchange(
  run: Run,
  connection: Connection,
  established: Established,
  { method, path, latency }: Exchange,
): void {
  const { offset, proxied } = established;
  const point = proxied ? "to-proxy" : "to-endpoint";
  const arrival = deliver(run, tcp(connection, "client", "push"), offset + 1.8, point);
  const refused = proxied && !admitsRequest(method, path);
  const answered = arrival + 0.6 + (refused ? 0.2 : latency);
  if (proxied) {
    proxy(run, connection, { method, path, latency, refused }, { asked: arrival + 0.3, answered: answered - 0.1 });
  }
  deliver(run, tcp(connection, "server", "push"), answered);
  deliver(run, tcp(connection, "client", "finish"), answered + 0.9, point);
  deliver(run, tcp(connection, "server", "finish"), answered + 1.6);
}

/** Envoy's two access log records. A refused request is a DROPPED request without code and a FORWARDED 403 that Envoy itself answered. */
function proxy(
  run: Run,
  connection: Connection,
  call: Exchange & { readonly refused: boolean },
  at: { readonly asked: number; readonly answered: number },
): void {
  const { method, path, refused, latency } = call;
  const node = connection.server.node;
  const requestId = run.requestId();
  const correlated = run.random.chance(0.7);
  if (node === undefined) {
    return;
  }
  const http = { method, url: `http://${host}${path}`, protocol: "HTTP/1.1" };
  run.flow(node, at.asked, () =>
    l7(node, tcp(connection, "client", "data"), {
      verdict: refused ? 2 : 1,
      direction: ingress,
      record: { type: 1, http: { ...http, headers: requestHeaders(requestId) } },
      summary: `HTTP/1.1 ${method} ${http.url}`,
    }),
  );
  if (refused) {
    run.ledger(at.asked, {
      node,
      kind: "request",
      reason: "L7",
      direction: "INGRESS",
      source: connection.client.shownAs,
      destination: connection.server.shownAs,
      port: connection.serverPort,
      protocol: "http",
      method,
      path: path.split("?")[0] ?? path,
    });
  }
  const code = refused ? 403 : 200;
  const latencyNs = correlated && !refused ? Math.round(latency * 1e6) : 0;
  run.flow(node, at.answered, () =>
    l7(node, tcp(connection, "server", "data"), {
      verdict: 1,
      direction: ingress,
      record: {
        type: 2,
        latencyNs,
        http: { ...http, code, headers: responseHeaders(refused, run.timeAt(at.answered), latency) },
      },
      summary: `HTTP/1.1 ${code} ${Math.floor(latencyNs / 1e6)}ms (${method} ${http.url})`,
    }),
  );
}

function requestHeaders(requestId: string): WireHeader[] {
  return [
    { key: ":scheme", value: "http" },
    { key: "Accept", value: "*/*" },
    { key: "User-Agent", value: "curl/7.88.1" },
    { key: "X-Forwarded-Proto", value: "http" },
    { key: "X-Request-Id", value: requestId },
  ];
}

function responseHeaders(refused: boolean, time: number, latency: number): WireHeader[] {
  const common = [
    { key: "Content-Length", value: refused ? "15" : "12" },
    { key: "Content-Type", value: "text/plain" },
  ];
  return refused
    ? common
    : [
        ...common,
        { key: "Date", value: new Date(time).toUTCString() },
        { key: "X-Envoy-Upstream-Service-Time", value: String(Math.floor(latency)) },
      ];
}
