/** Edges counted from Hubble's JSON with a few lines of their own, to compare with: nothing is shared with the program. */
interface Counts {
  flows: number;
  requests: number;
  dropped: number;
  refused: number;
}

/** Without probes from the host, without Prometheus' scrapes. */
export function countEdges(lines: readonly string[]): Readonly<Record<string, Counts>> {
  const sides = new Map<string, Counts & { in: number; out: number; droppedOnArrival: number }>();
  const workloads = new Map<string, string>();
  const flows = lines.flatMap((line) => JSON.parse(line).flow ?? []);
  for (const { source, destination } of flows)
    for (const end of [source, destination])
      if (end?.workloads?.length > 0) workloads.set(`${end.namespace}/${end.pod_name}`, end.workloads[0].name);
  const nameOf = (end: { namespace: string; pod_name: string }) => {
    const pod = `${end.namespace}/${end.pod_name}`;
    return workloads.has(pod) ? `${end.namespace}/${workloads.get(pod)}` : pod;
  };
  for (const { source, destination, l4, l7, verdict, event_type, is_reply, traffic_direction } of flows) {
    const [protocol] = Object.keys(l4 ?? {});
    const type = event_type?.type;
    if (protocol === undefined || !source?.pod_name || !destination?.pod_name || is_reply === true) continue;
    if (source.pod_name.startsWith("prometheus") || ![1, 4, 129].includes(type)) continue;
    if (type === 129 && l7?.type !== "REQUEST") continue;
    const key = `${nameOf(source)} ${nameOf(destination)} ${l4[protocol].destination_port ?? 0}/${protocol}`;
    const counts = sides.get(key) ?? {
      ...{ in: 0, out: 0, droppedOnArrival: 0 },
      ...{ flows: 0, requests: 0, dropped: 0, refused: 0 },
    };
    if (type === 1) counts.dropped++;
    if (type === 1 && traffic_direction === "INGRESS") counts.droppedOnArrival++;
    if (type === 129) counts[verdict === "DROPPED" ? "refused" : "requests"]++;
    if (type === 4) counts[traffic_direction === "EGRESS" ? "out" : "in"]++;
    sides.set(key, counts);
  }
  return Object.fromEntries(
    [...sides].map(([key, { in: arrived, out, droppedOnArrival, requests, dropped, refused }]) => [
      key,
      // What left and was dropped where it arrived did not pass.
      { flows: Math.max(arrived, out - droppedOnArrival), requests, dropped, refused },
    ]),
  );
}
