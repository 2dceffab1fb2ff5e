/** The edges of each cluster as a picture. */
import { counted } from "../../analysis/counted.ts";
import type { Block } from "../../message/message.ts";
import type { MapChart, MapLine } from "../../message/service-map.ts";
import { namespaceOfName } from "../drops/visible.ts";
import type { MapPicture, RatedEdge } from "./picture.ts";

const mostPictures = 3;

export function chartBlocks(picture: MapPicture): Block[] {
  return picture.views
    .filter(({ map }) => (map?.edges.length ?? 0) > 0)
    .slice(0, mostPictures)
    .map(({ cluster }) => ({ kind: "chart", chart: chartOf(picture, cluster) }));
}

function chartOf({ edges, views, window, who, when, manyClusters, args }: MapPicture, cluster: string): MapChart {
  const own = edges.filter((edge) => edge.cluster === cluster);
  const map = views.find((view) => view.cluster === cluster)?.map;
  const home = homeOf(own, args.select.target);
  const folded = foldedText(map?.folded ?? { edges: 0, flows: 0 });
  return {
    kind: "map",
    title: `${manyClusters ? cluster : who}: who talks to whom ${when}`,
    window,
    ...(home !== undefined && { home }),
    edges: own.map(lineOf),
    ...(folded !== undefined && { folded }),
  };
}

/** `37 more edges, 1,204 flows`. */
export function foldedText({ edges, flows }: { readonly edges: number; readonly flows: number }): string | undefined {
  return edges === 0 ? undefined : `${counted(edges, "more edge")}, ${counted(flows, "flow")}`;
}

export function portText({ port, protocol }: Pick<RatedEdge, "port" | "protocol">): string {
  if (port === 0) return protocol;
  return protocol === "" ? String(port) : `${port}/${protocol}`;
}

function lineOf(edge: RatedEdge): MapLine {
  const { source, destination, kind, rate, lost, unheard, l7, audited } = edge;
  const look = audited > 0 ? "audit" : kind === "service" ? undefined : "quiet";
  return {
    ...{ from: source, to: destination, port: portText(edge), rate, lost, l7 },
    ...(unheard > 0 && { unanswered: unheard }),
    ...(look !== undefined && { look }),
  };
}

/** The namespace asked about, else the one that most ends live in. */
function homeOf(edges: readonly RatedEdge[], target: MapPicture["args"]["select"]["target"]): string | undefined {
  if (target?.kind === "namespace") return target.name;
  const counts = new Map<string, number>();
  for (const name of new Set(edges.flatMap(({ source, destination }) => [source, destination]))) {
    const namespace = namespaceOfName(name);
    if (namespace !== undefined) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([one, m], [other, n]) => n - m || (one < other ? -1 : 1));
  return first?.[0];
}
