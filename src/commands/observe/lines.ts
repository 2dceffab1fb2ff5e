/** Flows as blocks of lines that a chat can show: the newest always, what is earlier where there is room for it, and in the file where there is not. */
import { escapeJson } from "../../analysis/compact/escape.ts";
import type { FlowRecord } from "../../analysis/compact/record.ts";
import type { Block } from "../../message/message.ts";
import type { ListPicture, ListView } from "./picture.ts";

/** UTF-16 units. A chat shows a block of 2,900 or none of it, and about 10,000 in a whole message. */
const longestBlock = 2_700;
const longestInAll = 6_500;

export function recordLine(record: FlowRecord | undefined): string {
  return escapeJson(JSON.stringify(record ?? {}));
}

/** A block of its own for each cluster. */
export function lineBlocks({ views, manyClusters }: ListPicture): Block[] {
  return views.flatMap(({ cluster, list }) =>
    blocksOf(linesOf(list), Math.floor(longestInAll / views.length), manyClusters ? cluster : undefined),
  );
}

function linesOf(list: ListView["list"]): string[] {
  return (list?.flows ?? []).map(({ line, record }) => line ?? recordLine(record));
}

/** One block of what is earlier, longer than any chat shows at once, so that it goes as a whole; then the newest. */
function blocksOf(lines: readonly string[], room: number, cluster: string | undefined): Block[] {
  const total = lines.reduce((sum, line) => sum + line.length + 1, 0);
  const newest = total <= room ? lines : newestOf(lines, Math.min(room, total - longestBlock - 300));
  const earlier = lines.slice(0, lines.length - newest.length);
  const of = cluster === undefined ? "" : ` of ${cluster}`;
  const title = earlier.length > 0 ? `The newest${of}` : cluster;
  return [
    ...(earlier.length > 0 ? [{ kind: "code", title: `Earlier${of}`, code: earlier.join("\n") } as const] : []),
    ...pages(newest).map(
      (page, index): Block => ({
        kind: "code",
        ...(index === 0 && title !== undefined && { title }),
        code: page.join("\n"),
      }),
    ),
  ];
}

function newestOf(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  const first = lines.findLastIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return lines.slice(Math.min(first + 1, lines.length - 1));
}

function pages(lines: readonly string[]): string[][] {
  const all: string[][] = [];
  let room = 0;
  for (const line of lines) {
    if (room < line.length || all.length === 0) {
      all.push([]);
      room = longestBlock;
    }
    all.at(-1)?.push(line);
    room -= line.length + 1;
  }
  return all;
}
