/**
 * The messages that Hubble Relay speaks, as proto3 text: names, numbers and types only, from Cilium's public API (flow, observer and relay packages, 1.19;
 * older servers know less of the same) and from gRPC's health check. One text per package, in the order in which they build on each other.
 * 64-bit numbers are read as doubles (wire.ts): counters and times are exact to 2^53.
 */
const google = `
syntax = "proto3";
package google.protobuf;
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message FieldMask { repeated string paths = 1; }
message Any { string type_url = 1; bytes value = 2; }
message BoolValue { bool value = 1; }
message Int32Value { int32 value = 1; }
message UInt32Value { uint32 value = 1; }
`;

const flow = `
syntax = "proto3";
package flow;

message Flow {
  google.protobuf.Timestamp time = 1;
  Verdict verdict = 2;
  uint32 drop_reason = 3;
  Ethernet ethernet = 4;
  IP IP = 5;
  Layer4 l4 = 6;
  Endpoint source = 8;
  Endpoint destination = 9;
  FlowType Type = 10;
  string node_name = 11;
  repeated string source_names = 13;
  repeated string destination_names = 14;
  Layer7 l7 = 15;
  bool reply = 16;
  CiliumEventType event_type = 19;
  Service source_service = 20;
  Service destination_service = 21;
  TrafficDirection traffic_direction = 22;
  uint32 policy_match_type = 23;
  TraceObservationPoint trace_observation_point = 24;
  DropReason drop_reason_desc = 25;
  google.protobuf.BoolValue is_reply = 26;
  DebugCapturePoint debug_capture_point = 27;
  NetworkInterface interface = 28;
  uint32 proxy_port = 29;
  TraceContext trace_context = 30;
  SocketTranslationPoint sock_xlate_point = 31;
  uint64 socket_cookie = 32;
  uint64 cgroup_id = 33;
  string uuid = 34;
  AuthType auth_type = 35;
  TraceReason trace_reason = 36;
  repeated string node_labels = 37;
  FileInfo file = 38;
  Tunnel tunnel = 39;
  IPTraceID ip_trace_id = 40;
  Emitter emitter = 41;
  repeated Policy egress_allowed_by = 21001;
  repeated Policy ingress_allowed_by = 21002;
  repeated Policy egress_denied_by = 21004;
  repeated Policy ingress_denied_by = 21005;
  repeated string policy_log = 21006;
  Aggregate aggregate = 21007;
  string Summary = 100000;
  google.protobuf.Any extensions = 150000;
}

message Ethernet { string source = 1; string destination = 2; }
message IP { string source = 1; string destination = 2; IPVersion ipVersion = 3; bool encrypted = 4; string source_xlated = 5; }
message Layer4 {
  oneof protocol { TCP TCP = 1; UDP UDP = 2; ICMPv4 ICMPv4 = 3; ICMPv6 ICMPv6 = 4; SCTP SCTP = 5; VRRP VRRP = 6; IGMP IGMP = 7; }
}
message TCP { uint32 source_port = 1; uint32 destination_port = 2; TCPFlags flags = 3; }
message TCPFlags {
  bool FIN = 1; bool SYN = 2; bool RST = 3; bool PSH = 4; bool ACK = 5; bool URG = 6; bool ECE = 7; bool CWR = 8; bool NS = 9;
}
message UDP { uint32 source_port = 1; uint32 destination_port = 2; }
message SCTP { uint32 source_port = 1; uint32 destination_port = 2; }
message ICMPv4 { uint32 type = 1; uint32 code = 2; }
message ICMPv6 { uint32 type = 1; uint32 code = 2; }
message VRRP { uint32 type = 1; uint32 vrid = 2; uint32 priority = 3; }
message IGMP { uint32 type = 1; string group_address = 2; }

message Endpoint {
  uint32 ID = 1; uint32 identity = 2; string namespace = 3; repeated string labels = 4; string pod_name = 5;
  repeated Workload workloads = 6; string cluster_name = 7;
}
message Workload { string name = 1; string kind = 2; }
message Service { string name = 1; string namespace = 2; }
message Policy { string name = 1; string namespace = 2; repeated string labels = 3; uint64 revision = 4; string kind = 5; }
message CiliumEventType { int32 type = 1; int32 sub_type = 2; }
message NetworkInterface { uint32 index = 1; string name = 2; }
message FileInfo { string name = 1; uint32 line = 2; }
message TraceContext { TraceParent parent = 1; }
message TraceParent { string trace_id = 1; }
message Tunnel {
  enum Protocol { UNKNOWN = 0; VXLAN = 1; GENEVE = 2; }
  Protocol protocol = 1; IP IP = 2; Layer4 l4 = 3; uint32 vni = 4;
}
message IPTraceID { uint64 trace_id = 1; uint32 ip_option_type = 2; }
message Emitter { string name = 1; string version = 2; }
message Aggregate { uint64 ingress_flow_count = 1; uint64 egress_flow_count = 2; uint64 unknown_direction_flow_count = 3; }

message Layer7 {
  L7FlowType type = 1;
  uint64 latency_ns = 2;
  oneof record { DNS dns = 100; HTTP http = 101; Kafka kafka = 102; }
}
message DNS {
  string query = 1; repeated string ips = 2; uint32 ttl = 3; repeated string cnames = 4; string observation_source = 5;
  uint32 rcode = 6; repeated string qtypes = 7; repeated string rrtypes = 8;
}
message HTTP { uint32 code = 1; string method = 2; string url = 3; string protocol = 4; repeated HTTPHeader headers = 5; }
message HTTPHeader { string key = 1; string value = 2; }
message Kafka { int32 error_code = 1; int32 api_version = 2; string api_key = 3; int32 correlation_id = 4; string topic = 5; }

message LostEvent {
  LostEventSource source = 1; uint64 num_events_lost = 2; google.protobuf.Int32Value cpu = 3;
  google.protobuf.Timestamp first = 4; google.protobuf.Timestamp last = 5;
}

message FlowFilter {
  repeated string source_ip = 1;
  repeated string source_pod = 2;
  repeated string destination_ip = 3;
  repeated string destination_pod = 4;
  repeated Verdict verdict = 5;
  repeated EventTypeFilter event_type = 6;
  repeated string source_fqdn = 7;
  repeated string destination_fqdn = 8;
  repeated string http_status_code = 9;
  repeated string source_label = 10;
  repeated string destination_label = 11;
  repeated string protocol = 12;
  repeated string source_port = 13;
  repeated string destination_port = 14;
  repeated bool reply = 15;
  repeated string source_service = 16;
  repeated string destination_service = 17;
  repeated string dns_query = 18;
  repeated uint32 source_identity = 19;
  repeated uint32 destination_identity = 20;
  repeated string http_method = 21;
  repeated string http_path = 22;
  repeated TCPFlags tcp_flags = 23;
  repeated string node_name = 24;
  repeated IPVersion ip_version = 25;
  repeated Workload source_workload = 26;
  repeated Workload destination_workload = 27;
  repeated string trace_id = 28;
  repeated string uuid = 29;
  repeated TrafficDirection traffic_direction = 30;
  repeated string http_url = 31;
  repeated HTTPHeader http_header = 32;
  repeated DropReason drop_reason_desc = 33;
  repeated string source_ip_xlated = 34;
  repeated NetworkInterface interface = 35;
  repeated string node_labels = 36;
  repeated string source_cluster_name = 37;
  repeated string destination_cluster_name = 38;
  repeated uint64 ip_trace_id = 39;
  repeated bool encrypted = 40;
  Experimental experimental = 999;
  message Experimental { repeated string cel_expression = 1; }
}
message EventTypeFilter { int32 type = 1; bool match_sub_type = 2; int32 sub_type = 3; }

enum Verdict {
  VERDICT_UNKNOWN = 0; FORWARDED = 1; DROPPED = 2; ERROR = 3; AUDIT = 4; REDIRECTED = 5; TRACED = 6; TRANSLATED = 7;
}
enum FlowType { UNKNOWN_TYPE = 0; L3_L4 = 1; L7 = 2; SOCK = 3; }
enum TrafficDirection { TRAFFIC_DIRECTION_UNKNOWN = 0; INGRESS = 1; EGRESS = 2; }
enum AuthType { DISABLED = 0; SPIRE = 1; TEST_ALWAYS_FAIL = 2; }
enum TraceObservationPoint {
  UNKNOWN_POINT = 0; TO_PROXY = 1; TO_HOST = 2; TO_STACK = 3; TO_OVERLAY = 4; FROM_ENDPOINT = 5; FROM_PROXY = 6; FROM_HOST = 7;
  FROM_STACK = 8; FROM_OVERLAY = 9; FROM_NETWORK = 10; TO_NETWORK = 11; FROM_CRYPTO = 12; TO_CRYPTO = 13; TO_ENDPOINT = 101;
}
enum TraceReason {
  TRACE_REASON_UNKNOWN = 0; NEW = 1; ESTABLISHED = 2; REPLY = 3; RELATED = 4; REOPENED = 5; SRV6_ENCAP = 6; SRV6_DECAP = 7;
  ENCRYPT_OVERLAY = 8;
}
enum L7FlowType { UNKNOWN_L7_TYPE = 0; REQUEST = 1; RESPONSE = 2; SAMPLE = 3; }
enum IPVersion { IP_NOT_USED = 0; IPv4 = 1; IPv6 = 2; }
enum LostEventSource {
  UNKNOWN_LOST_EVENT_SOURCE = 0; PERF_EVENT_RING_BUFFER = 1; OBSERVER_EVENTS_QUEUE = 2; HUBBLE_RING_BUFFER = 3;
}
enum SocketTranslationPoint {
  SOCK_XLATE_POINT_UNKNOWN = 0; SOCK_XLATE_POINT_PRE_DIRECTION_FWD = 1; SOCK_XLATE_POINT_POST_DIRECTION_FWD = 2;
  SOCK_XLATE_POINT_PRE_DIRECTION_REV = 3; SOCK_XLATE_POINT_POST_DIRECTION_REV = 4;
}
enum DebugCapturePoint {
  DBG_CAPTURE_POINT_UNKNOWN = 0; DBG_CAPTURE_DELIVERY = 4; DBG_CAPTURE_FROM_LB = 5; DBG_CAPTURE_AFTER_V46 = 6;
  DBG_CAPTURE_AFTER_V64 = 7; DBG_CAPTURE_PROXY_PRE = 8; DBG_CAPTURE_PROXY_POST = 9; DBG_CAPTURE_SNAT_PRE = 10;
  DBG_CAPTURE_SNAT_POST = 11;
}
enum DropReason {
  DROP_REASON_UNKNOWN = 0;
  INVALID_SOURCE_MAC = 130; INVALID_DESTINATION_MAC = 131; INVALID_SOURCE_IP = 132; POLICY_DENIED = 133;
  INVALID_PACKET_DROPPED = 134; CT_TRUNCATED_OR_INVALID_HEADER = 135; CT_MISSING_TCP_ACK_FLAG = 136;
  CT_UNKNOWN_L4_PROTOCOL = 137; CT_CANNOT_CREATE_ENTRY_FROM_PACKET = 138; UNSUPPORTED_L3_PROTOCOL = 139;
  MISSED_TAIL_CALL = 140; ERROR_WRITING_TO_PACKET = 141; UNKNOWN_L4_PROTOCOL = 142; UNKNOWN_ICMPV4_CODE = 143;
  UNKNOWN_ICMPV4_TYPE = 144; UNKNOWN_ICMPV6_CODE = 145; UNKNOWN_ICMPV6_TYPE = 146; ERROR_RETRIEVING_TUNNEL_KEY = 147;
  ERROR_RETRIEVING_TUNNEL_OPTIONS = 148; INVALID_GENEVE_OPTION = 149; UNKNOWN_L3_TARGET_ADDRESS = 150;
  STALE_OR_UNROUTABLE_IP = 151; NO_MATCHING_LOCAL_CONTAINER_FOUND = 152; ERROR_WHILE_CORRECTING_L3_CHECKSUM = 153;
  ERROR_WHILE_CORRECTING_L4_CHECKSUM = 154; CT_MAP_INSERTION_FAILED = 155; INVALID_IPV6_EXTENSION_HEADER = 156;
  IP_FRAGMENTATION_NOT_SUPPORTED = 157; SERVICE_BACKEND_NOT_FOUND = 158; NO_TUNNEL_OR_ENCAPSULATION_ENDPOINT = 160;
  FAILED_TO_INSERT_INTO_PROXYMAP = 161; REACHED_EDT_RATE_LIMITING_DROP_HORIZON = 162;
  UNKNOWN_CONNECTION_TRACKING_STATE = 163; LOCAL_HOST_IS_UNREACHABLE = 164;
  NO_CONFIGURATION_AVAILABLE_TO_PERFORM_POLICY_DECISION = 165; UNSUPPORTED_L2_PROTOCOL = 166;
  NO_MAPPING_FOR_NAT_MASQUERADE = 167; UNSUPPORTED_PROTOCOL_FOR_NAT_MASQUERADE = 168; FIB_LOOKUP_FAILED = 169;
  ENCAPSULATION_TRAFFIC_IS_PROHIBITED = 170; INVALID_IDENTITY = 171; UNKNOWN_SENDER = 172; NAT_NOT_NEEDED = 173;
  IS_A_CLUSTERIP = 174; FIRST_LOGICAL_DATAGRAM_FRAGMENT_NOT_FOUND = 175; FORBIDDEN_ICMPV6_MESSAGE = 176;
  DENIED_BY_LB_SRC_RANGE_CHECK = 177; SOCKET_LOOKUP_FAILED = 178; SOCKET_ASSIGN_FAILED = 179;
  PROXY_REDIRECTION_NOT_SUPPORTED_FOR_PROTOCOL = 180; POLICY_DENY = 181; VLAN_FILTERED = 182; INVALID_VNI = 183;
  INVALID_TC_BUFFER = 184; NO_SID = 185; MISSING_SRV6_STATE = 186; NAT46 = 187; NAT64 = 188; AUTH_REQUIRED = 189;
  CT_NO_MAP_FOUND = 190; SNAT_NO_MAP_FOUND = 191; INVALID_CLUSTER_ID = 192; UNSUPPORTED_PROTOCOL_FOR_DSR_ENCAP = 193;
  NO_EGRESS_GATEWAY = 194; UNENCRYPTED_TRAFFIC = 195; TTL_EXCEEDED = 196; NO_NODE_ID = 197; DROP_RATE_LIMITED = 198;
  IGMP_HANDLED = 199; IGMP_SUBSCRIBED = 200; MULTICAST_HANDLED = 201; DROP_HOST_NOT_READY = 202; DROP_EP_NOT_READY = 203;
  DROP_NO_EGRESS_IP = 204; DROP_PUNT_PROXY = 205;
}
`;

const relay = `
syntax = "proto3";
package relay;
message NodeStatusEvent { NodeState state_change = 1; repeated string node_names = 2; string message = 3; }
enum NodeState { UNKNOWN_NODE_STATE = 0; NODE_CONNECTED = 1; NODE_UNAVAILABLE = 2; NODE_GONE = 3; NODE_ERROR = 4; }
`;

const observer = `
syntax = "proto3";
package observer;

message GetFlowsRequest {
  uint64 number = 1;
  bool follow = 3;
  repeated flow.FlowFilter blacklist = 5;
  repeated flow.FlowFilter whitelist = 6;
  google.protobuf.Timestamp since = 7;
  google.protobuf.Timestamp until = 8;
  bool first = 9;
  google.protobuf.FieldMask field_mask = 10;
  Experimental experimental = 999;
  google.protobuf.Any extensions = 150000;
  message Experimental { google.protobuf.FieldMask field_mask = 1; }
}
message GetFlowsResponse {
  oneof response_types { flow.Flow flow = 1; relay.NodeStatusEvent node_status = 2; flow.LostEvent lost_events = 3; }
  string node_name = 1000;
  google.protobuf.Timestamp time = 1001;
}
message GetNodesRequest {}
message GetNodesResponse { repeated Node nodes = 1; }
message Node {
  string name = 1; string version = 2; string address = 3; relay.NodeState state = 4; TLS tls = 5; uint64 uptime_ns = 6;
  uint64 num_flows = 7; uint64 max_flows = 8; uint64 seen_flows = 9;
}
message TLS { bool enabled = 1; string server_name = 2; }
message GetNamespacesRequest {}
message GetNamespacesResponse { repeated Namespace namespaces = 1; }
message Namespace { string cluster = 1; string namespace = 2; }
message ServerStatusRequest {}
message ServerStatusResponse {
  uint64 num_flows = 1; uint64 max_flows = 2; uint64 seen_flows = 3; uint64 uptime_ns = 4;
  google.protobuf.UInt32Value num_connected_nodes = 5; google.protobuf.UInt32Value num_unavailable_nodes = 6;
  repeated string unavailable_nodes = 7; string version = 8; double flows_rate = 9;
}
`;

const health = `
syntax = "proto3";
package grpc.health.v1;
message HealthCheckRequest { string service = 1; }
message HealthCheckResponse {
  enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
  ServingStatus status = 1;
}
`;

export const protoTexts: readonly string[] = [google, flow, relay, observer, health];
