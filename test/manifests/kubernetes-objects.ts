/** Reads the files below manifests/kubernetes as Kubernetes reads them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly securityContext: unknown;
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly annotations: unknown };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly terminationGracePeriodSeconds: number;
    readonly securityContext: unknown;
    readonly containers: readonly [Container];
    readonly volumes: readonly { readonly name: string; readonly secret?: unknown }[];
  };
}

export interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly files: readonly string[] }[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
}

const folder = join(import.meta.dirname, "../../manifests/kubernetes");

/** `base` is Socket Mode, `http` adds an address that Slack calls. */
export const variants = ["base", "http"] as const;

export function filesOf(variant: (typeof variants)[number]): string[] {
  return readdirSync(join(folder, variant));
}

export function readText(file: string): string {
  return readFileSync(join(folder, file), "utf8");
}

/** All documents of a file. Kubernetes reads YAML 1.1, where 0440 is octal and `yes` is true. Throws where the text is no YAML. */
export function readObjects<T = KubernetesObject>(file: string): T[] {
  return parseAllDocuments(readText(file), { version: "1.1" }).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as T;
  });
}

export function readKustomization(variant: (typeof variants)[number]): Kustomization {
  const [kustomization] = readObjects<Kustomization>(`${variant}/kustomization.yaml`);
  if (!kustomization) throw new Error(`${variant}/kustomization.yaml is empty`);
  return kustomization;
}

/** Everything that is applied, before kustomize touches it, and the Secret's example. */
export const objects: readonly KubernetesObject[] = variants.flatMap((variant) =>
  filesOf(variant)
    .filter((file) => !["kustomization.yaml", "config.yaml"].includes(file))
    .flatMap((file) => readObjects(`${variant}/${file}`)),
);

/** Throws where there is none. */
export function find<T>(kind: string, name: string): KubernetesObject & T {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found as KubernetesObject & T;
}

interface Workload {
  readonly spec: { readonly template: PodTemplate };
}

export const botPod = find<Workload>("Deployment", "cilium-chatops").spec.template;
export const redisPod = find<Workload>("StatefulSet", "redis").spec.template;
