/** Verdicts computed by Cilium's own policy engine (test/fixtures/policy), and whether our engine agrees. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { decide, type Outcome, type SideOutcome } from "../../src/policy/engine/decide.ts";
import type { End, FlowTuple } from "../../src/policy/engine/flow.ts";
import { compile } from "../../src/policy/engine/policy-set.ts";
import { originText } from "../../src/policy/engine/source.ts";
import type { HttpRequest } from "../../src/policy/http-rule.ts";
import { podIdentityLabels } from "../../src/policy/identity-labels.ts";
import type { Direction, PolicyObject, Refusal } from "../../src/policy/policy.ts";
import type { Settings } from "../../src/policy/settings.ts";

export interface Vector {
  readonly id: string;
  readonly source?: string;
  readonly title?: string;
  readonly features?: readonly string[];
  readonly policies: readonly PolicyJson[];
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly from: VectorEnd;
  readonly to: VectorEnd;
  readonly port: number;
  readonly protocol: string;
  readonly icmpType?: number;
  readonly direction: Direction | "both";
  readonly l7?: { readonly http?: HttpRequest; readonly dns?: { readonly query: string } };
  readonly config?: { readonly enablePolicy?: Settings["enforcement"]; readonly ciliumVersion?: string };
  readonly expect: string;
  readonly reason?: string;
  readonly engine?: Readonly<Partial<Record<Direction, EngineSide>>>;
  readonly engineError?: string;
  readonly variants?: Readonly<Record<string, { readonly expect: string; readonly reason?: string }>>;
}

interface EngineSide {
  readonly enforced: boolean;
  readonly verdict: string;
  readonly reason?: string;
  readonly redirect?: string;
  readonly l7?: string;
  readonly rules?: string;
}

interface VectorEnd {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly namedPorts?: Readonly<Record<string, number>>;
  readonly ip?: string;
  readonly entity?: string;
  readonly dnsNames?: readonly string[];
}

interface PolicyJson {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
  readonly specs?: unknown;
}

/** `.json` (a list), `.jsonl` and `.jsonl.gz`. */
export function readVectors(path: string | URL): Vector[] {
  const name = path.toString();
  const bytes = readFileSync(path);
  const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  if (/\.json(?:\.gz)?$/.test(name)) return JSON.parse(text) as Vector[];
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Vector);
}

/** What differs from the expected; empty when the engines agree. Fields that a case does not have are not compared. */
export function differences(vector: Vector): string[] {
  const base: Partial<Settings> = {
    ...(vector.config?.enablePolicy && { enforcement: vector.config.enablePolicy }),
    ...(vector.config?.ciliumVersion && { minor: Number(/1\.(\d+)/.exec(vector.config.ciliumVersion)?.[1]) }),
  };
  const wrong = compare(vector, base, vector);
  for (const [name, wanted] of Object.entries(vector.variants ?? {})) {
    const settings = variantSettings[name];
    if (settings === undefined) wrong.push(`variant ${name} is not known`);
    else
      wrong.push(
        ...compare({ ...vector, engine: {} }, { ...base, ...settings }, wanted).map((line) => `${name}: ${line}`),
      );
  }
  return wrong;
}

const variantSettings: Readonly<Record<string, Partial<Settings>>> = {
  policyDefaultLocalCluster: { localClusterOnly: true },
  dualStack: { dualStack: true },
  allowLocalhostPolicy: { allowLocalhost: "policy" },
};

function compare(
  vector: Vector,
  settings: Partial<Settings>,
  wanted: { readonly expect: string; readonly reason?: string },
): string[] {
  const set = compile(vector.policies.map(toObject), settings);
  const [refused] = set.refused;
  if (refused !== undefined) return compareRefusal(vector, refused.refusal, wanted.expect);
  const flow = toFlow(vector, settings.dualStack === true);
  const outcome = decide(set, flow);
  const wrong: string[] = [];
  const got = overall(vector.direction, outcome);
  check(wrong, "expect", got.expect, wanted.expect);
  check(wrong, "reason", got.reason, wanted.reason);
  for (const direction of ["egress", "ingress"] as const) {
    const engine = vector.engine?.[direction];
    if (engine !== undefined) compareSide(wrong, { direction, side: outcome[direction], engine, vector });
  }
  return wrong;
}

function compareRefusal(vector: Vector, { by, message }: Refusal, expect: string): string[] {
  const wrong: string[] = [];
  check(wrong, "expect", "INVALID", expect);
  const text = `${by === "schema" ? "crd-schema" : "parse"}: policy 0: ${message}`;
  if (vector.engineError !== undefined) check(wrong, "engineError", text, vector.engineError);
  return wrong;
}

function overall(
  direction: Vector["direction"],
  outcome: Outcome,
): { readonly expect: string; readonly reason: string | undefined } {
  const { verdict, reason, decision } =
    direction === "both"
      ? {
          ...outcome,
          decision: [outcome.egress, outcome.ingress].map((side) => side.decision).find(({ conflict }) => conflict),
        }
      : outcome[direction];
  if (verdict === "ERROR") return { expect: "POLICY_ERROR", reason: decision?.conflict ?? undefined };
  return { expect: verdict, reason: reason ?? undefined };
}

interface Compared {
  readonly direction: Direction;
  readonly side: SideOutcome;
  readonly engine: EngineSide;
  readonly vector: Vector;
}

/** Cases from Cilium's tests name no rules; the others name none where the engine had none to name. */
function compareSide(wrong: string[], { direction, side, engine, vector }: Compared): void {
  const { decision, ruleSet, l7 } = side;
  check(wrong, `${direction}.verdict`, decision.verdict, engine.verdict);
  if (decision.verdict === "ERROR") return;
  check(wrong, `${direction}.enforced`, ruleSet?.enforced === true, engine.enforced);
  check(wrong, `${direction}.reason`, decision.reason ?? undefined, engine.reason);
  check(wrong, `${direction}.redirect`, decision.redirect ?? undefined, engine.redirect);
  if (vector.l7 !== undefined) {
    const word = decision.verdict === "ALLOWED" ? (l7 ?? "no-redirect") : undefined;
    check(wrong, `${direction}.l7`, word, engine.l7);
  }
  const named = vector.source?.startsWith("engine:") === true;
  if (named || engine.rules !== undefined)
    check(wrong, `${direction}.rules`, originText(decision.sources, decision.implicit) || undefined, engine.rules);
}

function check(wrong: string[], what: string, got: unknown, wanted: unknown): void {
  if (got !== wanted) wrong.push(`${what}: got ${String(got)}, wanted ${String(wanted)}`);
}

function toObject({ kind, metadata, spec, specs }: PolicyJson): PolicyObject {
  return { kind, namespace: metadata.namespace ?? "", name: metadata.name, spec, specs };
}

export function toFlow(vector: Vector, dualStack: boolean): FlowTuple {
  const { namespaces, protocol, icmpType, l7 } = vector;
  return {
    from: toEnd(vector.from, namespaces, dualStack),
    to: toEnd(vector.to, namespaces, dualStack),
    protocol,
    port: icmpType ?? vector.port,
    ...(l7?.http && { http: l7.http }),
    ...(l7?.dns && { dns: l7.dns.query }),
  };
}

function toEnd(end: VectorEnd, namespaces: Vector["namespaces"], dualStack: boolean): End {
  const { namespace, labels, ip, dnsNames, namedPorts } = end;
  const rest = { ...(ip !== undefined && { ip }), ...(dnsNames !== undefined && { names: dnsNames }) };
  if (namespace === undefined || labels === undefined) return { labels: reservedLabels(end, dualStack), ...rest };
  const identity = podIdentityLabels({
    namespace,
    labels,
    namespaceLabels: namespaces[namespace] ?? {},
    serviceAccount: "default",
    cluster: "default",
  });
  const ports = Object.entries(namedPorts ?? {}).map(([name, port]) => ({ name, port, protocol: "TCP" }));
  return { labels: identity, ...rest, namedPorts: ports };
}

function reservedLabels({ entity, ip }: VectorEnd, dualStack: boolean): string[] {
  const family = ip?.includes(":") === true ? "ipv6" : "ipv4";
  const world = dualStack ? `reserved:world-${family}` : "reserved:world";
  if (entity === undefined) return [`cidr:${ip}/${family === "ipv4" ? 32 : 128}`, world];
  if (entity !== "kube-apiserver") return [`reserved:${entity}`];
  return ["reserved:kube-apiserver", ...(ip === undefined ? ["reserved:remote-node"] : [`cidr:${ip}/32`, world])];
}
