/** What the parts of the answer have in common: the edges of all clusters as rates. */
import { gapsOf } from "../../analysis/gaps.ts";
import type { Window } from "../../analysis/select.ts";
import { type HiddenKind, hiddenKinds, l7Share, type MapEdge } from "../../analysis/service-map/service-map.ts";
import { type Picture, pictureOf, whenText } from "../drops/picture.ts";
import { asDrops, type MapArgs } from "./args.ts";
import type { MapView } from "./gather.ts";

export interface MapPicture {
  /** With the target as it was understood. */
  readonly args: MapArgs;
  readonly window: Window;
  readonly views: readonly MapView[];
  readonly manyClusters: boolean;
  readonly who: string;
  readonly when: string;
  readonly edges: readonly RatedEdge[];
  readonly folded: { readonly edges: number; readonly flows: number; readonly dropped: number };
  readonly hidden: readonly { readonly kind: HiddenKind; readonly edges: number; readonly flows: number }[];
  /** For the notes that all commands about flows have. */
  readonly shared: Picture;
}

export interface RatedEdge extends MapEdge {
  readonly cluster: string;
  /** Per second, over the part of the window that its flows reach back to. */
  readonly rate: number;
  readonly lost: number;
  /** What left and has no answer. */
  readonly unheard: number;
  /** The flows of all nodes were read whole, from before its first one on: an answer would have been seen. */
  readonly isSure: boolean;
  readonly l7: number;
}

export function mapPictureOf(args: MapArgs, askedAt: number, window: Window, views: readonly MapView[]): MapPicture {
  const shared = pictureOf(asDrops(args), askedAt, window, views);
  const maps = views.flatMap(({ map }) => (map === undefined ? [] : [map]));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    args,
    window,
    views,
    manyClusters: shared.manyClusters,
    who: shared.who,
    when: whenText(shared),
    edges: views.flatMap((view) => (view.map?.edges ?? []).map((edge) => rated(edge, view, window))),
    folded: {
      edges: sum(maps.map(({ folded }) => folded.edges)),
      flows: sum(maps.map(({ folded }) => folded.flows)),
      dropped: sum(maps.map(({ folded }) => folded.dropped)),
    },
    hidden: hiddenKinds.map((kind) => ({
      kind,
      edges: sum(maps.map(({ hidden }) => hidden[kind].edges)),
      flows: sum(maps.map(({ hidden }) => hidden[kind].flows)),
    })),
    shared,
  };
}

function rated(edge: MapEdge, { cluster, coverage }: MapView, window: Window): RatedEdge {
  // Of some nodes flows reach back further than of all: what was counted there must not be shared out over less.
  const oldest = Math.min(coverage?.oldest ? Date.parse(coverage.oldest) : window.from, Date.parse(edge.first));
  const seconds = Math.max(1_000, window.to - Math.max(window.from, oldest)) / 1_000;
  return {
    ...edge,
    cluster,
    rate: Math.max(edge.flows, edge.requests) / seconds,
    lost: (edge.dropped + edge.refused) / seconds,
    unheard: (edge.unanswered ?? 0) / seconds,
    isSure: isSure(edge, coverage, window),
    l7: l7Share(edge),
  };
}

function isSure({ first }: MapEdge, coverage: MapView["coverage"], window: Window): boolean {
  if (coverage === undefined || coverage.oldest === null) return false;
  const { nodeCount, lost, shed, truncated } = gapsOf(coverage, window);
  return nodeCount === 0 && lost === 0 && shed === 0 && !truncated && Date.parse(first) >= Date.parse(coverage.oldest);
}
