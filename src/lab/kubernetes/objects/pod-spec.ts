/** The spec that a pod and its workload's template share. */
import type { LabPod } from "../../world/world.ts";
import { containersOf } from "./containers.ts";

/** `mount`: name of the service account's volume, in pods only. */
export function podSpec(pod: LabPod, mount?: string): object {
  return {
    ...(mount !== undefined && { volumes: [serviceAccountVolume(mount)] }),
    containers: containersOf(pod).map(({ privileged, ...container }, index) => ({
      ...container,
      ...(index === 0 && pod.containerPorts.length > 0 && { ports: ports(pod) }),
      resources: {},
      ...(mount !== undefined && {
        volumeMounts: [{ name: mount, readOnly: true, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
      }),
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      imagePullPolicy: "IfNotPresent",
      ...(privileged && { securityContext: { privileged } }),
    })),
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    serviceAccountName: pod.serviceAccount,
    serviceAccount: pod.serviceAccount,
    ...(pod.hostNetwork && { hostNetwork: true }),
    securityContext: {},
    schedulerName: "default-scheduler",
    ...priorityClass(pod),
  };
}

/** Name and value of the pod's priority class. */
export function priority(pod: LabPod): { readonly name: string; readonly value: number } | null {
  if (pod.owner?.kind === "DaemonSet") return { name: "system-node-critical", value: 2_000_001_000 };
  const critical = ["cilium-operator", "coredns"].includes(pod.owner?.name ?? "");
  return critical ? { name: "system-cluster-critical", value: 2_000_000_000 } : null;
}

function priorityClass(pod: LabPod): object {
  const found = priority(pod);
  return found === null ? {} : { priorityClassName: found.name };
}

function ports(pod: LabPod): object[] {
  return pod.containerPorts.map(({ name, port, protocol }) => ({
    name,
    ...(pod.hostNetwork && { hostPort: port }),
    containerPort: port,
    protocol,
  }));
}

function serviceAccountVolume(name: string): object {
  const namespace = { path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } };
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    { downwardAPI: { items: [namespace] } },
  ];
  return { name, projected: { sources, defaultMode: 420 } };
}
