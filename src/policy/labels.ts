/**
 * Labels as Cilium writes them, `source:key=value`: `k8s:org=empire`, `reserved:world`, `cidr:10.0.0.0/8`. Read in place, without splitting: a flow
 * carries about ten of them and there are many flows.
 */
export const anySource = "any";

export const namespaceKey = "io.kubernetes.pod.namespace";
export const namespaceLabelsPrefix = "io.cilium.k8s.namespace.labels.";
export const clusterKey = "io.cilium.k8s.policy.cluster";
export const serviceAccountKey = "io.cilium.k8s.policy.serviceaccount";

/** The label's value when it has this key and this source ("any": whatever its source is); "" when it has no value; undefined when it is another label. */
export function labelValue(label: string, source: string, key: string): string | undefined {
  const colon = sourceEnd(label);
  if (source !== anySource && (colon !== source.length || !label.startsWith(source))) return undefined;
  const start = colon + 1;
  if (!label.startsWith(key, start)) return undefined;
  const end = start + key.length;
  if (end === label.length) return "";
  return label.charCodeAt(end) === equals ? label.slice(end + 1) : undefined;
}

/** The namespace of the pod behind these identity labels; undefined for everything that is no pod. */
export function namespaceOf(labels: readonly string[]): string | undefined {
  for (const label of labels) {
    const value = labelValue(label, "k8s", namespaceKey);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `k8s:foo` → ["k8s", "foo"]; a key without source means any source. */
export function readKey(text: string): { readonly source: string; readonly key: string } {
  const colon = sourceEnd(text);
  return colon <= 0
    ? { source: anySource, key: text.slice(colon + 1) }
    : { source: text.slice(0, colon), key: text.slice(colon + 1) };
}

const equals = 61;

/** Position of the colon behind the source, -1 without a source: in `note=a:b` the colon is part of the value. */
function sourceEnd(label: string): number {
  const colon = label.indexOf(":");
  if (colon < 0) return -1;
  const equal = label.indexOf("=");
  return equal >= 0 && equal < colon ? -1 : colon;
}
