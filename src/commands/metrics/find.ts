/** Which questions of the catalogue somebody means: one by its name or its panel's title, else all that have the words. */
import { catalogue, panelNamed } from "../../analysis/catalogue/index.ts";
import { type Dashboard, dashboards, type Panel } from "../../analysis/catalogue/panel.ts";
import { nearest } from "../nearest.ts";

export type Found =
  | { readonly kind: "one"; readonly panel: Panel }
  | { readonly kind: "dashboard"; readonly dashboard: Dashboard; readonly panels: readonly Panel[] }
  /** Best first. */
  | { readonly kind: "several"; readonly panels: readonly Panel[] }
  /** `meant`: a name that is spelled much like it. */
  | { readonly kind: "none"; readonly meant: string | undefined };

/** `map-ops`, `agent/map-ops`, `map ops (average node)`, `hubble`, `drops`. */
export function findPanels(typed: string): Found {
  const text = typed.trim().toLowerCase();
  const slash = text.indexOf("/");
  const named = panelNamed(text.replaceAll(/\s+/g, "-")) ?? panelNamed(text.slice(slash + 1));
  if (named !== undefined && (slash < 0 || text.slice(0, slash) === named.dashboard))
    return { kind: "one", panel: named };
  const dashboard = (Object.keys(dashboards) as Dashboard[]).find((name) => name === text);
  if (dashboard !== undefined)
    return { kind: "dashboard", dashboard, panels: catalogue.filter((panel) => panel.dashboard === dashboard) };

  const titled = catalogue.filter(({ titles }) => titles.some((title) => title.toLowerCase() === text));
  const found = titled.length > 0 ? titled : withWords(text);
  const [first, ...others] = found;
  if (first === undefined) {
    const titles = catalogue.flatMap((panel) =>
      panel.titles.map((title) => [title.toLowerCase(), panel.name] as const),
    );
    const meant = nearest(text, [...catalogue.map(({ name }) => name), ...Object.keys(dashboards)]);
    return {
      kind: "none",
      meant:
        meant ??
        new Map(titles).get(
          nearest(
            text,
            titles.map(([title]) => title),
          ) ?? "",
        ),
    };
  }
  return others.length === 0 ? { kind: "one", panel: first } : { kind: "several", panels: found };
}

/** Questions that have all words, those with the words in their name first. */
function withWords(text: string): Panel[] {
  const words = text.split(/[^a-z0-9]+/).flatMap((word) => (word === "" ? [] : [stem(word)]));
  if (words.length === 0) return [];
  const hits = catalogue.flatMap((panel) => {
    const places = [panel.name, panel.titles.join(" "), restOf(panel)].map((place) => place.toLowerCase());
    const ranks = words.map((word) => places.findIndex((place) => place.includes(word)));
    return ranks.includes(-1) ? [] : [{ panel, rank: ranks.reduce((sum, rank) => sum + rank, 0) }];
  });
  return hits.sort((left, right) => left.rank - right.rank).map(({ panel }) => panel);
}

function restOf({ dashboard, row, question, ways }: Panel): string {
  const metrics = ways.flatMap(({ series }) => series.map(({ promql }) => promql));
  return [dashboards[dashboard], row, question, ...metrics].join(" ");
}

/** `drops` finds what is dropped. */
function stem(word: string): string {
  return word.length > 3 ? word.replace(/(?<!s)s$/, "") : word;
}
