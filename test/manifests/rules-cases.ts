/** For each alert of the rule pack: series that make it fire at a minute, and series that do not. promtool's notation: `0+6x30` grows by 6 each minute. */

export interface RuleCase {
  readonly alert: string;
  readonly at: string;
  readonly fires: Readonly<Record<string, string>>;
  /** How many alerts that are; 1 unless told. */
  readonly count?: number;
  readonly silent: Readonly<Record<string, string>>;
}

const drops = (reason: string) => `cilium_drop_count_total{pod="cilium-a",reason="${reason}",direction="INGRESS"}`;
const growing = "0+60x60";
const slow = "0+1x60";

export const ruleCases: readonly RuleCase[] = [
  {
    alert: "CiliumPolicyDrops",
    at: "15m",
    fires: { [drops("Policy denied")]: growing, [drops("Policy denied by denylist")]: growing },
    count: 2,
    silent: { [drops("Policy denied")]: slow, [drops("Unsupported L3 protocol")]: growing },
  },
  {
    alert: "CiliumCapacityDrops",
    at: "15m",
    fires: { [drops("CT: Map insertion failed")]: growing },
    silent: { [drops("CT: Map insertion failed")]: slow, [drops("Policy denied")]: growing },
  },
  {
    alert: "CiliumRoutingDrops",
    at: "15m",
    fires: { [drops("FIB lookup failed, 7")]: growing, [drops("Service backend not found")]: growing },
    count: 2,
    silent: { [drops("Policy denied")]: growing },
  },
  {
    alert: "CiliumOtherDrops",
    at: "20m",
    fires: { [drops("Invalid packet")]: growing, [drops("a reason of a newer agent")]: growing },
    count: 2,
    silent: Object.fromEntries(
      [
        ...["Policy denied", "CT: Map insertion failed", "FIB lookup failed", "Unsupported L3 protocol"],
        ...["Invalid source ip", "VLAN traffic disallowed by VLAN filter", "IGMP handled", "Stale or unroutable IP"],
      ].map((reason) => [drops(reason), growing]),
    ),
  },
  {
    alert: "CiliumRequestsRefused",
    at: "15m",
    fires: { 'cilium_policy_l7_total{pod="cilium-a",rule="denied",proxy_type="envoy"}': growing },
    silent: { 'cilium_policy_l7_total{pod="cilium-a",rule="forwarded",proxy_type="envoy"}': growing },
  },
  {
    alert: "CiliumMapPressure",
    at: "10m",
    fires: { 'cilium_bpf_map_pressure{pod="cilium-a",map_name="cilium_policy_v2_*"}': "0.95x30" },
    silent: { 'cilium_bpf_map_pressure{pod="cilium-a",map_name="ct4_global"}': "0.9x30" },
  },
  {
    alert: "CiliumMapFullSoon",
    at: "110m",
    fires: { 'cilium_bpf_map_pressure{pod="cilium-a",map_name="ct4_global"}': "0.3+0.003x120" },
    silent: {
      'cilium_bpf_map_pressure{pod="cilium-a",map_name="ct4_global"}': "0.6x120",
      'cilium_bpf_map_pressure{pod="cilium-a",map_name="lb4_services_v2"}': "0.01+0.004x120",
    },
  },
  {
    alert: "CiliumMapErrors",
    at: "15m",
    fires: { 'cilium_bpf_map_ops_total{pod="cilium-a",map_name="ct4",operation="update",outcome="fail"}': growing },
    silent: { 'cilium_bpf_map_ops_total{pod="cilium-a",map_name="ct4",operation="update",outcome="success"}': growing },
  },
  {
    alert: "CiliumConntrackNotCollected",
    at: "40m",
    fires: { 'cilium_datapath_conntrack_gc_runs_total{pod="cilium-a",status="uncompleted"}': slow },
    silent: { 'cilium_datapath_conntrack_gc_runs_total{pod="cilium-a",status="completed"}': growing },
  },
  {
    alert: "CiliumAgentDown",
    at: "10m",
    fires: { 'up{k8s_app="cilium",pod="cilium-a"}': "0x30" },
    silent: { 'up{k8s_app="cilium",pod="cilium-a"}': "1x30", 'up{k8s_app="other",pod="x"}': "0x30" },
  },
  {
    alert: "CiliumAgentsAbsent",
    at: "15m",
    fires: { 'up{job="x"}': "1x30" },
    silent: { 'cilium_version{pod="cilium-a"}': "1x30" },
  },
  {
    alert: "CiliumEndpointsNotReady",
    at: "15m",
    fires: { 'cilium_endpoint_state{pod="cilium-a",endpoint_state="invalid"}': "2x30" },
    silent: {
      'cilium_endpoint_state{pod="cilium-a",endpoint_state="ready"}': "20x30",
      'cilium_endpoint_state{pod="cilium-a",endpoint_state="invalid"}': "0x30",
      'cilium_endpoint_state{pod="cilium-b",endpoint_state="regenerating"}': "1 1 1 0x30",
    },
  },
  {
    alert: "CiliumRegenerationsFail",
    at: "20m",
    fires: { 'cilium_endpoint_regenerations_total{pod="cilium-a",outcome="fail"}': slow },
    silent: { 'cilium_endpoint_regenerations_total{pod="cilium-a",outcome="success"}': growing },
  },
  {
    alert: "CiliumPolicyImportErrors",
    at: "15m",
    fires: {
      'cilium_policy_change_total{pod="cilium-a",outcome="fail"}': "0x5 1x30",
      'cilium_policy_change_total{pod="cilium-b",outcome="failure"}': "0x5 1x30",
    },
    count: 2,
    silent: { 'cilium_policy_change_total{pod="cilium-a",outcome="success"}': growing },
  },
  {
    alert: "CiliumControllersFailing",
    at: "20m",
    fires: { 'cilium_controllers_failing{pod="cilium-a"}': "1x30" },
    silent: { 'cilium_controllers_failing{pod="cilium-a"}': "0x30" },
  },
  {
    alert: "CiliumNodesUnreachable",
    at: "15m",
    fires: {
      'cilium_unreachable_nodes{pod="cilium-a"}': "1x30",
      'cilium_unreachable_health_endpoints{pod="cilium-b"}': "2x30",
    },
    count: 2,
    silent: { 'cilium_unreachable_nodes{pod="cilium-a"}': "0x30" },
  },
  {
    alert: "CiliumIdentitiesGrow",
    at: "20m",
    fires: {
      'cilium_identity{pod="cilium-a",type="cluster_local"}': "60000x30",
      'cilium_identity{pod="cilium-b",type="cluster_local"}': "60000x30",
    },
    silent: Object.fromEntries(
      ["a", "b", "c"].map((name) => [`cilium_identity{pod="cilium-${name}",type="cluster_local"}`, "30000x30"]),
    ),
  },
  {
    alert: "CiliumIdentityChurn",
    at: "80m",
    fires: { 'cilium_identity{pod="cilium-a",type="cluster_local"}': "100+20x90" },
    silent: { 'cilium_identity{pod="cilium-a",type="cluster_local"}': "100+2x90" },
  },
  {
    alert: "CiliumHubbleLosesEvents",
    at: "20m",
    fires: { 'hubble_lost_events_total{instance="10.0.0.1:9965",source="perf_event_ring_buffer"}': "0+600x60" },
    silent: { 'hubble_lost_events_total{instance="10.0.0.1:9965",source="perf_event_ring_buffer"}': "0+30x60" },
  },
  {
    alert: "CiliumOperatorDown",
    at: "15m",
    fires: { 'up{io_cilium_app="operator",pod="cilium-operator-a"}': "0x30" },
    silent: {
      'up{io_cilium_app="operator",pod="cilium-operator-a"}': "0x30",
      'up{io_cilium_app="operator",pod="cilium-operator-b"}': "1x30",
    },
  },
  {
    alert: "CiliumAddressesRunOut",
    at: "15m",
    fires: { 'cilium_operator_ipam_ips{type="available"}': "5x30", 'cilium_operator_ipam_ips{type="used"}': "95x30" },
    silent: { 'cilium_operator_ipam_ips{type="available"}': "50x30", 'cilium_operator_ipam_ips{type="used"}': "95x30" },
  },
];
