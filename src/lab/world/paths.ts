/** Ways that connections break, one pair each: pods, services and a policy of namespace `hoth`. */
import { pod, type Service } from "./topology.ts";
import type { LabPod } from "./world.ts";

const server = (name: string, node: "k8s-w1" | "k8s-w2", tail: string, endpoint: number, identity: number) =>
  pod("hoth", name, node, tail, endpoint, identity, {
    labels: { app: name },
    containerPorts: [{ name: "http", port: 80, protocol: "TCP" }],
  });

export const pathPods = {
  /** Asks everybody. */
  scout: pod("hoth", "scout", "k8s-w1", "172.20.1.201", 1401, 24_101, { labels: { app: "scout" } }),
  /** Its policy lets it ask DNS and one name outside. */
  droid: pod("hoth", "droid", "k8s-w1", "172.20.1.202", 1402, 24_102, { labels: { app: "droid" } }),
  /** Packets to it never arrive. */
  outpost: server("outpost", "k8s-w2", "172.20.2.203", 1403, 24_103),
  /** Listens on 80, and not on 8080. */
  generator: server("generator", "k8s-w2", "172.20.2.204", 1404, 24_104),
} as const satisfies Record<string, LabPod>;

/** Nobody stands behind it. */
export const shield: Service = { namespace: "hoth", name: "shield", ip: "10.96.88.41" };

export const outside = { name: "holonet.example.org", ip: "198.51.100.7", ttl: 5 } as const;

/** Nobody has that name, with whatever suffix. */
export const nobody = "tauntaun.example.org";

/** Egress of `droid`: DNS, and the one name outside. */
export const droidEgress = {
  kind: "CiliumNetworkPolicy",
  namespace: "hoth",
  name: "droid-egress",
  uid: "6b1f0c52-7d0e-4a8e-8a55-1f4ad2c7a903",
} as const;
