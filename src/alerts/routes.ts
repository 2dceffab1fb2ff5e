/** Which alert goes to which channel. Pure; the first route that matches decides, unless it says `continue`. */
import type { Alert, Notification, Words } from "./notification.ts";

export interface Route {
  /** All of these labels; `*` stands for any characters. */
  readonly match: Words;
  readonly matchAnnotations: Words;
  /** `slack:C0123`, `slack:T0123/C0123`, `teams:19:…@thread.tacv2`. */
  readonly channel: string;
  readonly cluster?: string | undefined;
  readonly continue: boolean;
}

/** What one channel gets of a notification. */
export interface Part {
  readonly channel: string;
  readonly cluster: string;
  readonly alerts: readonly Alert[];
}

export interface Routed {
  readonly parts: readonly Part[];
  /** Alerts that no route takes. */
  readonly unrouted: readonly Alert[];
}

export function routeAlerts(
  { alerts }: Pick<Notification, "alerts">,
  routes: readonly Route[],
  clusters: readonly string[],
): Routed {
  const parts = new Map<string, { channel: string; cluster: string; alerts: Alert[] }>();
  const unrouted: Alert[] = [];
  for (const alert of alerts) {
    const taken = matching(alert, routes);
    if (taken.length === 0) unrouted.push(alert);
    for (const { route } of taken) {
      const cluster = clusterOf(alert, route, clusters);
      const key = `${route.channel} ${cluster}`;
      const part = parts.get(key) ?? { channel: route.channel, cluster, alerts: [] };
      if (part.alerts.at(-1) !== alert) part.alerts.push(alert);
      parts.set(key, part);
    }
  }
  return { parts: [...parts.values()], unrouted };
}

/** The routes that take it, with their places in the list, from 0. */
export function matching(
  { labels, annotations }: Pick<Alert, "labels" | "annotations">,
  routes: readonly Route[],
): { readonly route: Route; readonly index: number }[] {
  const taken: { route: Route; index: number }[] = [];
  for (const [index, route] of routes.entries()) {
    if (!hasAll(labels, route.match) || !hasAll(annotations, route.matchAnnotations)) continue;
    taken.push({ route, index });
    if (!route.continue) break;
  }
  return taken;
}

function clusterOf({ labels }: Alert, { cluster }: Route, clusters: readonly string[]): string {
  const named = clusters.find((name) => Object.hasOwn(labels, "cluster") && name === labels["cluster"]);
  return cluster ?? named ?? clusters[0] ?? "";
}

/** A name that is not there is the empty word, as in Prometheus. */
function hasAll(words: Words, wanted: Words): boolean {
  return Object.entries(wanted).every(([name, pattern]) =>
    fits(Object.hasOwn(words, name) ? words[name] : "", pattern),
  );
}

/** `*` by hand: no pattern of anybody's becomes a regular expression. Linear in both. */
function fits(word = "", pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return word === pattern;
  const last = rest.pop() ?? "";
  if (!word.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = word.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return word.length - last.length >= at && word.endsWith(last);
}
