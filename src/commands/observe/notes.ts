/** The small print of `observe`: what is not listed, what failed, what was asked. */
import { counted, numberText } from "../../analysis/counted.ts";
import { clockText, rangeText } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { thingText } from "../drops/asked-text.ts";
import type { ListPicture } from "./picture.ts";

type Note = Extract<Block, { kind: "note" }>;

/** Longest sentence of a source that is repeated. */
const longest = 300;

export function moreNotes({ listed, matched, asked, views }: ListPicture): Note[] {
  if (asked.limit === null) {
    const left = views.some(({ coverage }) => coverage !== undefined && coverage.shed > 0);
    return left
      ? [
          {
            kind: "note",
            text: "These are the newest that fit into an answer. Narrow it with --since, --until or filters.",
          },
        ]
      : [];
  }
  const more = (matched ?? 0) - listed;
  if (more <= 0) return [];
  return [
    {
      kind: "note",
      text: `${counted(more, "more flow")} ${more === 1 ? "fits" : "fit"}, all of them ${asked.limit.keep === "newest" ? "older" : "newer"} than these.`,
    },
  ];
}

export function troubleNotes({ views, manyClusters }: ListPicture): Note[] {
  return views.flatMap(({ cluster, troubles }) =>
    troubles.map(({ error }): Note => {
      const said = error.say.includes("Relay") ? error.say : `Hubble Relay: ${error.say}`;
      const text = cutEnd(manyClusters ? `${cluster}: ${said}` : said, longest);
      return { kind: "note", tone: "warn", text };
    }),
  );
}

export function askedNote(picture: ListPicture): Note {
  const { views, asked, shared } = picture;
  const things = views.map(({ cluster, resolution }) => {
    if (resolution?.status !== "resolved") return cluster;
    return `${cluster}, ${thingText(resolution.target)}`;
  });
  const { limit } = asked;
  const isFiltered =
    shared.filtered || asked.not !== undefined || Object.values(asked.conditions).some((values) => values.length > 0);
  const limits = [
    ...(isFiltered ? ["with the filters given"] : []),
    limit === null ? "all flows" : `the ${limit.keep} ${numberText(limit.count)}`,
  ];
  return { kind: "note", text: `Asked: ${[things.join("; "), ...limits, ...timeTexts(picture)].join(", ")}.` };
}

function timeTexts({ asked, window, askedAt }: ListPicture): string[] {
  if (window === null) return [];
  if (asked.since !== null) return [`${rangeText(window, askedAt)} UTC`];
  return asked.until === null ? [] : [`until ${clockText(window.to, askedAt)} UTC`];
}
