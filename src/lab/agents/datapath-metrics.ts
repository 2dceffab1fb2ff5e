import { burstEnd } from "../world/bursts.ts";
import { around, byLabel, keyed, type Metric, type Scene, type Series, uptime } from "./metric.ts";

/** Milliseconds. */
const collectedAfter = 30_000;
const directions = ["INGRESS", "EGRESS"] as const;
/** Drops that the world knows how to make: they stand at 0 before the first. */
const knownDrops = ["Policy denied|INGRESS", "Unsupported L3 protocol|EGRESS"] as const;

/** What an agent reads from its BPF maps, and about them. */
export const datapathMetrics: readonly Metric[] = [
  {
    name: "cilium_drop_count_total",
    type: "counter",
    help: "Total dropped packets, tagged by drop reason and ingress/egress direction",
    series: keyed(["reason", "direction"], ({ counters }) => counters.drops, knownDrops),
  },
  {
    name: "cilium_drop_bytes_total",
    type: "counter",
    help: "Total dropped bytes, tagged by drop reason and ingress/egress direction",
    series: keyed(["reason", "direction"], ({ counters }) => counters.dropBytes, knownDrops),
  },
  {
    name: "cilium_forward_count_total",
    type: "counter",
    help: "Total forwarded packets, tagged by ingress/egress direction",
    series: keyed(["direction"], ({ counters }) => counters.forwards, directions),
  },
  {
    name: "cilium_forward_bytes_total",
    type: "counter",
    help: "Total forwarded bytes, tagged by ingress/egress direction",
    series: keyed(["direction"], ({ counters }) => counters.forwardBytes, directions),
  },
  {
    name: "cilium_bpf_map_ops_total",
    type: "counter",
    help: "Total operations on map, tagged by map name",
    series: keyed(["map_name", "operation", "outcome"], ({ counters }) => counters.mapOps),
  },
  {
    name: "cilium_bpf_map_pressure",
    type: "gauge",
    help: "Fill percentage of map, tagged by map name",
    series: mapPressure,
  },
  {
    name: "cilium_bpf_map_capacity",
    type: "gauge",
    help: "Capacity of map, tagged by map group. All maps with a capacity of 65536 are grouped under 'default'",
    series: byLabel("map_group", () => ({ ct: 131072, ctmap: 262144, default: 65536, nat: 131072, policy: 16384 })),
  },
  {
    name: "cilium_datapath_conntrack_gc_runs_total",
    type: "counter",
    help: "Number of times that the conntrack garbage collector process was run",
    series: (scene) =>
      ["TCP", "non-TCP"].map((protocol) => ({
        labels: { family: "ipv4", protocol, status: "completed" },
        value: Math.floor(uptime(scene) / 90),
      })),
  },
];

/** Series exist only above a map's threshold: 0 for these, 0.1 for policy maps, which the demo never reaches. */
function mapPressure(scene: Scene): Series[] {
  const fills = { ct4_global: 0.021, ct_any4_global: 0.006, snat_v4_external: 0.002, ipcache_v2: 0.0006, lxc: 0.0001 };
  const services = { lb4_services_v2: 0.0005, lb4_backends_v3: 0.0003, lb4_reverse_nat: 0.0002 };
  return Object.entries({ ...fills, ...services }).map(([name, fill]) => ({
    labels: { map_name: name },
    value:
      name === "ct4_global" && isFlooded(scene)
        ? 1
        : Number((name in services ? fill : around(fill, 0.3, scene)).toPrecision(4)),
  }));
}

/** A burst that no policy denies fills the table of connections, and a little later its entries are collected. */
function isFlooded({ world, at }: Scene): boolean {
  const step = world.stepAt(at);
  const enforced = step === "l3-l4" || step === "l7";
  return !enforced && world.bursts().some((burst) => burst.at <= at && at < burstEnd(burst) + collectedAfter);
}
