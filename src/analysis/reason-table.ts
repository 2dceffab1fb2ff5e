/** One reason per line: number | enum name | the agent's text | class | meaning | next check. Read by `reasons.ts`. */
export const reasonTable = `
0 | DROP_REASON_UNKNOWN | Success | internal | The datapath gave no reason. | Look at the flow itself: L7 denials carry no reason.
130 | INVALID_SOURCE_MAC | Invalid source mac | unused | No current datapath sends this. | Check the agent's version.
131 | INVALID_DESTINATION_MAC | Invalid destination mac | unused | No current datapath sends this. | Check the agent's version.
132 | INVALID_SOURCE_IP | Invalid source ip | noise | A pod sent a packet with a source address that is not its own. | Ignore fe80:: sources; otherwise look at the pod's own interfaces (VPN, nested containers, Multus).
133 | POLICY_DENIED | Policy denied | policy | The endpoint is in default deny for this direction and no rule allows this peer and port. | Compare the labels of both ends with the policies that select the endpoint in the denied direction.
134 | INVALID_PACKET_DROPPED | Invalid packet | packet | The packet is too short or cannot be parsed. | Capture it, and look at the NIC's offload settings.
135 | CT_TRUNCATED_OR_INVALID_HEADER | CT: Truncated or invalid header | packet | The transport header could not be read. | Capture it; compare the MTU of the path.
136 | CT_MISSING_TCP_ACK_FLAG | Fragmentation needed | config | After encapsulation the packet is larger than the MTU and may not be fragmented. | Compare the MTU of the devices with Cilium's mtu setting, and let ICMP "fragmentation needed" through.
137 | CT_UNKNOWN_L4_PROTOCOL | CT: Unknown L4 protocol | noise | Connection tracking does not handle this protocol. | Look at the protocol: IGMP and VRRP are normal; SCTP needs sctp.enabled.
138 | CT_CANNOT_CREATE_ENTRY_FROM_PACKET | CT: Can't create entry from packet | unused | No current datapath sends this. | Check the agent's version.
139 | UNSUPPORTED_L3_PROTOCOL | Unsupported L3 protocol | noise | The datapath does not handle this EtherType, most often IPv6 where IPv6 is off. | Ignore ICMPv6 and IPv6 on IPv4-only clusters; otherwise find out which EtherType it is.
140 | MISSED_TAIL_CALL | Missed tail call | churn | A program of the datapath was not in place when it was called. | A burst at an agent's upgrade is normal; if it goes on, look for failed endpoint regenerations and restart the agent.
141 | ERROR_WRITING_TO_PACKET | Error writing to packet | bug | The datapath could not write to the packet. | Read the node's kernel log.
142 | UNKNOWN_L4_PROTOCOL | Unknown L4 protocol | noise | The transport protocol is not supported for load balancing or policy. | Look at the protocol: IGMP and VRRP are normal; others may need an option.
143 | UNKNOWN_ICMPV4_CODE | Unknown ICMPv4 code | packet | This kind of ICMP is not translated. | Look at the ICMP type and code.
144 | UNKNOWN_ICMPV4_TYPE | Unknown ICMPv4 type | packet | This kind of ICMP is not translated. | Look at the ICMP type and code.
145 | UNKNOWN_ICMPV6_CODE | Unknown ICMPv6 code | packet | This kind of ICMPv6 is not translated. | Look at the ICMPv6 type and code.
146 | UNKNOWN_ICMPV6_TYPE | Unknown ICMPv6 type | packet | This kind of ICMPv6 is not translated. | Look at the ICMPv6 type and code.
147 | ERROR_RETRIEVING_TUNNEL_KEY | Error retrieving tunnel key | bug | The tunnel's metadata could not be read. | Look for another VXLAN or Geneve user on the same port (8472, 6081).
148 | ERROR_RETRIEVING_TUNNEL_OPTIONS | Error retrieving tunnel options | unused | No current datapath sends this. | Check the agent's version.
149 | INVALID_GENEVE_OPTION | Invalid Geneve option | unused | No current datapath sends this. | Check the agent's version.
150 | UNKNOWN_L3_TARGET_ADDRESS | Unknown L3 target address | noise | Somebody looked for an IPv6 neighbour that Cilium does not own. | Ignore it unless IPv6 is in use.
151 | STALE_OR_UNROUTABLE_IP | Stale or unroutable IP | churn | The destination lies in a pod range but no endpoint has that address. | Check that a pod has the address: falling numbers are churn, steady ones are a client with a stale address.
152 | NO_MATCHING_LOCAL_CONTAINER_FOUND | No matching local container found | unused | No current datapath sends this. | Check the agent's version.
153 | ERROR_WHILE_CORRECTING_L3_CHECKSUM | Error while correcting L3 checksum | bug | The checksum could not be corrected. | Look at the NIC's offloads and driver.
154 | ERROR_WHILE_CORRECTING_L4_CHECKSUM | Error while correcting L4 checksum | bug | The checksum could not be corrected. | Look at the NIC's offloads and driver.
155 | CT_MAP_INSERTION_FAILED | CT: Map insertion failed | capacity | The connection tracking table is full or could not be written. | Look at cilium_bpf_map_pressure of the ct maps, then at bpf-ct-global-tcp-max and bpf-map-dynamic-size-ratio.
156 | INVALID_IPV6_EXTENSION_HEADER | Invalid IPv6 extension header | noise | The chain of IPv6 extension headers is too long or unknown. | Ignore multicast listener reports; otherwise capture it.
157 | IP_FRAGMENTATION_NOT_SUPPORTED | IP fragmentation not supported | config | A fragment arrived where fragments are not tracked. | Look at packet sizes (DNS, NFS over UDP) and at enable-ipv4-fragment-tracking.
158 | SERVICE_BACKEND_NOT_FOUND | Service backend not found | config | The service has no usable backend. | Look at the service's EndpointSlices: selector, readiness, externalTrafficPolicy.
160 | NO_TUNNEL_OR_ENCAPSULATION_ENDPOINT | No tunnel/encapsulation endpoint (datapath BUG!) | churn | The destination's node has no tunnel endpoint yet. | Look at the CiliumNode of the destination; on a node that just joined it passes.
161 | FAILED_TO_INSERT_INTO_PROXYMAP | NAT 46/64 not enabled | config | The packet needs translation between IPv4 and IPv6, which is off. | Compare the IP families of the service and its backends.
162 | REACHED_EDT_RATE_LIMITING_DROP_HORIZON | Reached EDT rate-limiting drop horizon | policy | The bandwidth manager would have queued the packet for more than 2 s. | Compare the pod's kubernetes.io/egress-bandwidth with its load.
163 | UNKNOWN_CONNECTION_TRACKING_STATE | Unknown connection tracking state | bug | Connection tracking gave an unexpected result. | Look for reasons 155 and 190 at the same time, and read the agent's log.
164 | LOCAL_HOST_IS_UNREACHABLE | Local host is unreachable | config | The packet could not be handed to the node itself. | Read the agent's log.
165 | NO_CONFIGURATION_AVAILABLE_TO_PERFORM_POLICY_DECISION | No configuration available to perform policy decision | unused | No current datapath sends this. | Check the agent's version.
166 | UNSUPPORTED_L2_PROTOCOL | Unsupported L2 protocol | noise | The frame is not plain Ethernet II (LLDP, STP, 802.3). | Ignore small numbers; otherwise find the device it comes from.
167 | NO_MAPPING_FOR_NAT_MASQUERADE | No mapping for NAT masquerade | capacity | No source port was left, or a reply came after its mapping was gone. | A low steady rate is stray replies; otherwise look at the pressure of the snat maps and at cilium_nat_endpoint_max_connection.
168 | UNSUPPORTED_PROTOCOL_FOR_NAT_MASQUERADE | Unsupported protocol for NAT masquerade | packet | This protocol cannot be masqueraded. | Exclude the destination from masquerading if GRE, ESP or IGMP has to leave the cluster.
169 | FIB_LOOKUP_FAILED | FIB lookup failed | config | The kernel has no route or no neighbour for the destination. | Run ip route get on the node, then look at its neighbours and links.
170 | ENCAPSULATION_TRAFFIC_IS_PROHIBITED | Encapsulation traffic is prohibited | policy | A pod itself sends VXLAN or Geneve to the tunnel port. | Look at what the pod runs.
171 | INVALID_IDENTITY | Invalid identity | bug | The identity in the packet is not valid. | Compare agent versions and, in a cluster mesh, the cluster ids.
172 | UNKNOWN_SENDER | Unknown sender | unused | The sender is not known (older versions). | Read the agent's log.
173 | NAT_NOT_NEEDED | NAT not needed | internal | An internal answer that means "pass on". | Ignore it.
174 | IS_A_CLUSTERIP | Is a ClusterIP | config | Somebody outside the cluster sent to a ClusterIP. | Use a LoadBalancer or NodePort service, or set bpf-lb-external-clusterip.
175 | FIRST_LOGICAL_DATAGRAM_FRAGMENT_NOT_FOUND | First logical datagram fragment not found | capacity | A later fragment came without its first. | Look at cilium_bpf_map_pressure of the fragment map, and for reordering.
176 | FORBIDDEN_ICMPV6_MESSAGE | Forbidden ICMPv6 message | noise | The host firewall refuses this kind of ICMPv6. | Ignore it, or allow it by policy.
177 | DENIED_BY_LB_SRC_RANGE_CHECK | Denied by LB src range check | policy | The client is not in the service's loadBalancerSourceRanges. | Compare the client's real address with the service's source ranges.
178 | SOCKET_LOOKUP_FAILED | Socket lookup failed | churn | The proxy was not listening. | Look at the cilium-envoy pod, or at the agent for DNS.
179 | SOCKET_ASSIGN_FAILED | Socket assign failed | bug | The packet could not be handed to the proxy's socket. | Compare the kernel's version with Cilium's requirements; read the agent's log.
180 | PROXY_REDIRECTION_NOT_SUPPORTED_FOR_PROTOCOL | Proxy redirection not supported for protocol | config | An L7 rule asks for a protocol that the proxy cannot take. | Look at the L7 policy: UDP is for DNS only.
181 | POLICY_DENY | Policy denied by denylist | policy | A deny rule matched. | Read the deny policy that the verdict names; a deny of "world" or of a wide CIDR covers more than it seems.
182 | VLAN_FILTERED | VLAN traffic disallowed by VLAN filter | noise | A VLAN-tagged frame arrived on a device that Cilium manages. | Add the VLAN id to bpf.vlanBypass if that traffic is needed.
183 | INVALID_VNI | Incorrect VNI from VTEP | config | The external VTEP used another VNI. | Compare the vtep options with the other side.
184 | INVALID_TC_BUFFER | Failed to update or lookup TC buffer | bug | An internal table could not be used. | Compare the versions of agent and kernel.
185 | NO_SID | No SID was found for the IP address | config | SRv6 has no segment for this address. | Look at the SRv6 policies.
186 | MISSING_SRV6_STATE | SRv6 state was removed during tail call | unused | No current datapath sends this. | Check the agent's version.
187 | NAT46 | L3 translation from IPv4 to IPv6 failed (NAT46) | config | The packet could not be translated to IPv6. | Look at the NAT46/64 gateway's settings and at packet sizes.
188 | NAT64 | L3 translation from IPv6 to IPv4 failed (NAT64) | config | The packet could not be translated to IPv4. | Look at the NAT46/64 gateway's settings and at packet sizes.
189 | AUTH_REQUIRED | Authentication required | policy | The policy asks for mutual authentication and no valid session exists yet. | First packets only is normal; otherwise look at SPIRE's agents and server.
190 | CT_NO_MAP_FOUND | No conntrack map found | churn | A connection tracking table is missing. | Read the agent's log.
191 | SNAT_NO_MAP_FOUND | No nat map found | churn | A NAT table is missing. | Read the agent's log.
192 | INVALID_CLUSTER_ID | Invalid ClusterID | config | The cluster id is out of range. | Compare cluster.id of the meshed clusters.
193 | UNSUPPORTED_PROTOCOL_FOR_DSR_ENCAP | Unsupported packet protocol for DSR encapsulation | packet | Direct server return cannot wrap this protocol. | Look at the load balancer mode.
194 | NO_EGRESS_GATEWAY | No egress gateway found | config | An egress gateway policy matches but no gateway node is there. | Compare the policy's nodeSelector with the nodes' labels.
195 | UNENCRYPTED_TRAFFIC | Traffic is unencrypted | policy | Strict encryption refused plain text. | Look at the encryption status and keys of both nodes.
196 | TTL_EXCEEDED | TTL exceeded | noise | The hop limit reached zero. | A traceroute is normal; otherwise look for a routing loop.
197 | NO_NODE_ID | No node ID found | churn | The node has no id for IPsec or authentication yet. | Look at the CiliumNode; on a node that just joined it passes.
198 | DROP_RATE_LIMITED | Rate limited | policy | A limit on packets of this kind was reached. | Look for clients that retry against a service without backends.
199 | IGMP_HANDLED | IGMP handled | noise | The multicast feature took the packet. | Ignore it.
200 | IGMP_SUBSCRIBED | IGMP subscribed | noise | The multicast feature took the packet. | Ignore it.
201 | MULTICAST_HANDLED | Multicast handled | noise | The packet was copied to its subscribers. | Ignore it.
202 | DROP_HOST_NOT_READY | Host datapath not ready | churn | The node's own program is not attached yet. | Look at the agent's age; beyond two minutes read its log.
203 | DROP_EP_NOT_READY | Endpoint policy program not available | churn | The destination's policy program is not loaded. | Look at the pod's age and at failed endpoint regenerations.
204 | DROP_NO_EGRESS_IP | No Egress IP configured | config | The gateway node has no egress IP for the policy. | Compare the policy's egressIP or interface with the node.
205 | DROP_PUNT_PROXY | Punt to proxy | internal | An internal answer that means "hand to the proxy". | Ignore it.
`;
