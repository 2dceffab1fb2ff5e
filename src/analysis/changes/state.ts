/** Of each kind of object, what counts as a change. What controllers write about themselves (status, annotations, managedFields) is not in it. */
import { isRecord } from "../../policy/record.ts";
import type { ChangeKind, PolicySelects } from "./change.ts";
import { copyTree, emptyRoom, hidden, type Room, type Tree, type TreeTools } from "./tree.ts";
import { field } from "./written.ts";

const most = { containers: 20, env: 200, fields: 100 } as const;

/** The parts of the object that the state is made of, whole: equal parts are no change. */
export function partsOf(object: unknown, kind: ChangeKind): unknown {
  const spec = field(object, "spec");
  switch (kind) {
    case "policy":
      return [spec, field(object, "specs")];
    case "workload":
      return [field(spec, "replicas"), field(spec, "template")];
    case "namespace":
      return field(field(object, "metadata"), "labels");
    case "node":
      return nodeState(object);
    case "config":
      return field(object, "data");
  }
}

/** At most some 40 KB of text; what does not fit is left out. */
export function stateOf(object: unknown, kind: ChangeKind, tools: TreeTools): Tree {
  return treeOf(object, kind, tools, emptyRoom());
}

function treeOf(object: unknown, kind: ChangeKind, tools: TreeTools, room: Room): Tree {
  const spec = field(object, "spec");
  const copy = (value: unknown) => copyTree(value, tools, room);
  switch (kind) {
    case "policy": {
      const specs = field(object, "specs");
      return { ...(spec !== undefined && { spec: copy(spec) }), ...(specs !== undefined && { specs: copy(specs) }) };
    }
    case "workload":
      return { replicas: copy(field(spec, "replicas") ?? 1), template: templateTree(spec, tools, room) };
    case "namespace":
      return { labels: copy(field(field(object, "metadata"), "labels") ?? {}) };
    case "node":
      return nodeState(object);
    case "config":
      return { data: copy(field(object, "data") ?? {}) };
  }
}

/** Images and labels as they are; values of environment variables and all the rest can only be told apart. */
function templateTree(spec: unknown, tools: TreeTools, room: Room): Tree {
  const template = field(spec, "template");
  const pod = field(template, "spec");
  const metadata = field(template, "metadata");
  const restarted = field(field(metadata, "annotations"), "kubectl.kubernetes.io/restartedAt");
  const containers = [...listOf(field(pod, "initContainers")), ...listOf(field(pod, "containers"))];
  return {
    ...(typeof restarted === "string" && { restartedAt: restarted.slice(0, 40) }),
    labels: copyTree(field(metadata, "labels") ?? {}, tools, room),
    containers: fromEntries(
      containers
        .slice(0, most.containers)
        .map((container) => [nameOf(container), containerTree(container, tools, room)]),
    ),
    ...concealed(pod, ["initContainers", "containers"], tools, room),
  };
}

function containerTree(container: unknown, tools: TreeTools, room: Room): Tree {
  const image = field(container, "image");
  const env = listOf(field(container, "env")).slice(0, most.env);
  room.nodes -= env.length;
  return {
    // A reference to an image has no place for secrets; its digest looks like one.
    ...(typeof image === "string" && { image: image.slice(0, 400) }),
    ...(env.length > 0 && { env: fromEntries(env.map((one) => [nameOf(one), envLeaf(one, tools)])) }),
    ...concealed(container, ["name", "image", "env"], tools, room),
  };
}

function envLeaf(variable: unknown, tools: TreeTools): Tree {
  const from = field(variable, "valueFrom");
  if (!isRecord(from)) return hidden(String(field(variable, "value") ?? ""), tools);
  const [how = ""] = Object.keys(from);
  const place = field(from, how);
  const names = ["name", "key", "fieldPath", "resource"].flatMap((name) => {
    const value = field(place, name);
    return typeof value === "string" ? [value.slice(0, 120)] : [];
  });
  return [how.slice(0, 40), ...names].join(" ");
}

function concealed(value: unknown, without: readonly string[], tools: TreeTools, room: Room): Record<string, Tree> {
  const keys = isRecord(value) ? Object.keys(value).sort(byText) : [];
  const rest = keys.filter((key) => !without.includes(key)).slice(0, most.fields);
  room.nodes -= rest.length;
  return Object.fromEntries(rest.map((key) => [key.slice(0, 120), hidden(jsonOf(field(value, key)), tools)]));
}

function nodeState(object: unknown): Readonly<Record<string, Tree>> {
  const status = field(object, "status");
  const ready = listOf(field(status, "conditions")).find((one) => field(one, "type") === "Ready");
  const word = (value: unknown) => (typeof value === "string" ? value.slice(0, 60) : "Unknown");
  return {
    ready: word(field(ready, "status")),
    cordoned: field(field(object, "spec"), "unschedulable") === true,
    kubelet: word(field(field(status, "nodeInfo"), "kubeletVersion")),
  };
}

/** A policy's selectors as written, for asking later whom it selected. Null: too large to keep. */
export function selectsOf(object: unknown): PolicySelects | null {
  const [spec, specs] = [field(object, "spec"), field(object, "specs")];
  const selects = {
    ...(spec !== undefined && { spec: selectorOf(spec) }),
    ...(Array.isArray(specs) && { specs: specs.slice(0, 100).map(selectorOf) }),
  };
  return jsonOf(selects).length > 4_000 ? null : selects;
}

/** With one entry that allows all, because a rule without any is none. */
function selectorOf(spec: unknown): unknown {
  const pods = field(spec, "podSelector");
  if (pods !== undefined) return { podSelector: pods };
  const [endpoints, nodes] = [field(spec, "endpointSelector"), field(spec, "nodeSelector")];
  return {
    ...(endpoints !== undefined && { endpointSelector: endpoints }),
    ...(nodes !== undefined && { nodeSelector: nodes }),
    ingress: [{ fromEntities: ["all"] }],
  };
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

function sorted(value: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => byText(left, right)));
}

/** Equal for what is equal, in whatever order its fields are. Nested too deeply for JSON: its mere presence. */
export function jsonOf(value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value, (_, item: unknown) =>
      isRecord(item) ? sorted(item) : item,
    );
    return text ?? "";
  } catch {
    return "(too deep)".repeat(1_000);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function nameOf(value: unknown): string {
  const name = field(value, "name");
  return typeof name === "string" && name !== "" ? name.slice(0, 120) : "?";
}

function fromEntries(entries: readonly (readonly [string, Tree])[]): { readonly [key: string]: Tree } {
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as { readonly [key: string]: Tree };
}
