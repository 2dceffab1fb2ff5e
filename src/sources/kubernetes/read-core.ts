/** Kubernetes' own objects → entries. Workloads and namespaces arrive as PartialObjectMetadata, so nothing but `metadata` is looked at. */
import type { NamedPort } from "../../policy/settings.ts";
import type {
  LabelledEntry,
  NodeEntry,
  Owner,
  PodEntry,
  ServiceEntry,
  ServicePort,
  SliceEntry,
  WorkloadEntry,
} from "./entries.ts";
import type { InternLabels } from "./intern.ts";
import { type Json, list, record, text, texts, time } from "./json.ts";

/** The kubelet's words are short; anything longer was written by somebody else. */
const maxReason = 80;

export function readPod(object: Json, intern: InternLabels): PodEntry {
  const metadata = record(object["metadata"]);
  const spec = record(object["spec"]);
  const status = record(object["status"]);
  const ips = list(status["podIPs"]).map((entry) => text(record(entry)["ip"]));
  return {
    namespace: text(metadata["namespace"]),
    name: text(metadata["name"]),
    node: text(spec["nodeName"]),
    ips: (ips.length > 0 ? ips : [text(status["podIP"])]).filter((ip) => ip !== ""),
    hostNetwork: spec["hostNetwork"] === true,
    labels: intern(texts(metadata["labels"])),
    serviceAccount: text(spec["serviceAccountName"]) || "default",
    owner: readOwner(metadata),
    ports: list(spec["containers"]).map(record).flatMap(readContainerPorts),
    createdAt: time(metadata["creationTimestamp"]),
  };
}

export function readWorkload(kind: string, object: Json): WorkloadEntry {
  const metadata = record(object["metadata"]);
  return { kind, namespace: text(metadata["namespace"]), name: text(metadata["name"]), owner: readOwner(metadata) };
}

export function readService(object: Json): ServiceEntry {
  const metadata = record(object["metadata"]);
  const spec = record(object["spec"]);
  const ips = list(spec["clusterIPs"]).map(text);
  return {
    namespace: text(metadata["namespace"]),
    name: text(metadata["name"]),
    selector: Object.keys(record(spec["selector"])).length > 0 ? texts(spec["selector"]) : undefined,
    ips: (ips.length > 0 ? ips : [text(spec["clusterIP"])]).filter((ip) => ip !== "" && ip !== "None"),
    labels: texts(metadata["labels"]),
    ports: list(spec["ports"]).map(record).map(readServicePort),
  };
}

/** Endpoints that are not ready count too: a pod that fails its probe is exactly the one somebody asks about. */
export function readSlice(object: Json): SliceEntry {
  const metadata = record(object["metadata"]);
  const targets = list(object["endpoints"]).map((endpoint) => record(record(endpoint)["targetRef"]));
  return {
    namespace: text(metadata["namespace"]),
    name: text(metadata["name"]),
    service: text(record(metadata["labels"])["kubernetes.io/service-name"]),
    pods: targets.filter((target) => target["kind"] === "Pod").map((target) => text(target["name"])),
  };
}

export function readLabelled(object: Json): LabelledEntry {
  const metadata = record(object["metadata"]);
  return { name: text(metadata["name"]), labels: texts(metadata["labels"]) };
}

/** `Unknown` is not ready either: the node has not been heard of. */
export function readNode(object: Json): NodeEntry {
  const conditions = list(record(object["status"])["conditions"]).map(record);
  const ready = conditions.find(({ type }) => type === "Ready");
  return {
    ...readLabelled(object),
    ready: ready === undefined ? null : ready["status"] === "True",
    reason: text(ready?.["reason"]).slice(0, maxReason),
    since: time(ready?.["lastTransitionTime"]),
  };
}

function readContainerPorts(container: Json): NamedPort[] {
  return list(container["ports"])
    .map(record)
    .map((port) => ({
      name: text(port["name"]),
      port: number(port["containerPort"]),
      protocol: text(port["protocol"]) || "TCP",
    }));
}

/** Without a targetPort the pods' port is the Service's own. */
function readServicePort(port: Json): ServicePort {
  const own = number(port["port"]);
  const target = port["targetPort"];
  return {
    port: own,
    protocol: text(port["protocol"]) || "TCP",
    target: typeof target === "string" && target !== "" ? target : number(target) || own,
  };
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function readOwner(metadata: Json): Owner | undefined {
  const controller = list(metadata["ownerReferences"])
    .map(record)
    .find((reference) => reference["controller"] === true);
  return controller && { kind: text(controller["kind"]), name: text(controller["name"]) };
}
