/** What an answer says where only some namespaces may be seen: what it leaves out, and what that means for "nothing dropped". */
import { listed } from "../../analysis/counted.ts";
import type { Target } from "../../analysis/target.ts";
import type { DeniedEnd } from "../../analysis/worst.ts";
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { namespaceOf } from "../../policy/labels.ts";
import type { ClusterView } from "./gather.ts";

const shownNames = 5;

/** `Only flows from or to namespace payments are shown here.` A sentence for each difference between clusters. */
export function visibleNotes(views: readonly ClusterView[]): Block[] {
  const clusters = new Map<string, string[]>();
  for (const { cluster, visible } of views) {
    if (visible === undefined) continue;
    const words =
      visible.length === 0 ? "no flows are shown here" : `only flows from or to ${names(visible)} are shown here`;
    clusters.set(words, [...(clusters.get(words) ?? []), cluster]);
  }
  return [...clusters].map(([words, of]) => {
    const lead = of.length === views.length ? "" : `of ${listed(of)}, `;
    const sentence = `${lead}${words}.`;
    return { kind: "note", text: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}` };
  });
}

/** Behind "no packet" and "no drops": ` from or to namespace payments`, "" where everything may be seen. */
export function scopeText(views: readonly ClusterView[]): string {
  const shared = sharedVisible(views);
  if (shared !== undefined && shared.length > 0) return ` from or to ${names(shared)}`;
  return isRestricted(views) ? " among the flows shown here" : "";
}

/** Behind the subject of a title, where there may be more of it than is shown: ` (only namespace payments)`. */
export function subjectScope(views: readonly ClusterView[], target: Target | undefined): string {
  const partly = views.filter((view) => view.visible !== undefined && !isAllVisible(view, target));
  if (partly.length === 0) return "";
  const shared = sharedVisible(views);
  return shared !== undefined && shared.length > 0 ? ` (only ${fewNames(shared)})` : " (not all namespaces)";
}

/** Where nothing has a name: `namespace payments of prod-eu`, `prod-eu` where the whole cluster was looked through. */
export function placeText({ cluster, visible }: ClusterView): string {
  if (visible === undefined) return cluster;
  return visible.length === 0 ? `what is shown here of ${cluster}` : `${fewNames(visible)} of ${cluster}`;
}

/** Whose policies are not shown: an end in a namespace that may not be seen. */
export function isOutside(
  { name, labels }: Pick<DeniedEnd, "name" | "labels">,
  view: ClusterView | undefined,
): boolean {
  if (view?.visible === undefined) return false;
  const namespace = namespaceOf(labels) ?? namespaceOfName(name);
  return namespace !== undefined && !view.visible.includes(namespace);
}

/** Of `namespace/name`; other ends have none. */
export function namespaceOfName(name: string): string | undefined {
  return /^([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\/[^/]+$/.exec(name)?.[1];
}

export function isRestricted(views: readonly ClusterView[]): boolean {
  return views.some(({ visible }) => visible !== undefined);
}

/** What may be seen, when that is the same in every cluster. */
export function sharedVisible(views: readonly ClusterView[]): readonly string[] | undefined {
  const [first] = views;
  const isSame = views.every(({ visible }) => visible?.join() === first?.visible?.join());
  return isSame ? first?.visible : undefined;
}

/** Every flow of the target has an end that may be seen: it lives there, or is nowhere in this cluster. */
export function isAllVisible({ visible, resolution }: ClusterView, typed: Target | undefined): boolean {
  if (visible === undefined || resolution?.status === "unknown") return true;
  const found = resolution?.status === "resolved" ? resolution.target : undefined;
  const target = found?.target ?? typed;
  const namespace = found?.workload?.namespace ?? (target && targetNamespace(target));
  return namespace !== undefined && visible.includes(namespace);
}

export function targetNamespace(target: Target): string | undefined {
  if (target.kind === "namespace") return target.name;
  return "namespace" in target ? target.namespace : undefined;
}

function names(visible: readonly string[]): string {
  const rest = visible.length - shownNames;
  const shown = visible.slice(0, shownNames).map((name) => cutEnd(name, 63));
  return `${visible.length === 1 ? "namespace" : "namespaces"} ${listed(rest > 0 ? [...shown, `${rest} more`] : shown)}`;
}

function fewNames(visible: readonly string[]): string {
  return visible.length === 1 ? `namespace ${cutEnd(visible[0] ?? "", 40)}` : `${visible.length} namespaces`;
}
