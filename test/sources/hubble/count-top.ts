/** Rankings counted from Hubble's JSON with a few lines of their own, to compare with: nothing is shared with the program. */
type End = { readonly namespace: string; readonly pod_name: string; readonly workloads?: readonly { name: string }[] };

/** Of flows between pods: how often each comes, by the text of what it is. */
export function countTop(lines: readonly string[], of: string): Readonly<Record<string, number>> {
  const flows = lines.flatMap((line) => JSON.parse(line).flow ?? []);
  const workloads = new Map<string, string>();
  for (const { source, destination } of flows)
    for (const end of [source, destination] as (End | undefined)[])
      if (end?.workloads?.[0]) workloads.set(`${end.namespace}/${end.pod_name}`, end.workloads[0].name);
  const nameOf = (end: End) => {
    const pod = `${end.namespace}/${end.pod_name}`;
    return workloads.has(pod) ? `${end.namespace}/${workloads.get(pod)}` : pod;
  };
  const counts: Record<string, number> = {};
  for (const { source, destination, l4, l7, verdict, event_type, is_reply, drop_reason_desc } of flows) {
    const type = event_type?.type;
    const isAnswer = is_reply === true || l7?.type === "RESPONSE";
    const isPassed = type === 4 && ["FORWARDED", "REDIRECTED"].includes(verdict);
    const [protocol = ""] = Object.keys(l4 ?? {});
    const port = l4?.[protocol]?.destination_port ?? 0;
    const keys: Record<string, () => string | undefined> = {
      talkers: () => (isPassed ? `${nameOf(source)} ${nameOf(destination)}` : undefined),
      ports: () => (isPassed ? `${port} ${protocol}` : undefined),
      drops: () =>
        type === 1 ? `${nameOf(source)} ${nameOf(destination)} ${port} ${protocol} ${drop_reason_desc}` : undefined,
      dns: () => l7?.dns?.query?.replace(/\.$/, ""),
      http: () => l7?.http && `${l7.http.method} ${new URL(l7.http.url).pathname} ${nameOf(destination)}`,
    };
    if (isAnswer || (of !== "dns" && of !== "ports" && !(source?.pod_name && destination?.pod_name))) continue;
    const key = keys[of]?.();
    if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
