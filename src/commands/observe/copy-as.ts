/** The line that lists the same flows by hand. Every value is quoted for a shell. */
import type { EndFields } from "../../analysis/filter-match-end.ts";
import { resolvedFields, textFields } from "../../analysis/target-fields.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import type { ClusterView } from "../drops/gather.ts";
import { isRestricted } from "../drops/visible.ts";
import { visibleFlags } from "../drops/visible-flags.ts";
import { timesOf } from "./ask.ts";
import { listFlags, notWords } from "./line.ts";
import type { ListPicture } from "./picture.ts";

type Flags = readonly (readonly [name: string, value: string])[];

export function copyAs(picture: ListPicture): Answer["copyAs"] {
  return listCopyAs(picture, rangeWords(picture));
}

type Asked = Pick<ListPicture, "asked"> & { readonly views: readonly ClusterView[] };

/** One line, or two where what may be seen takes two. `range` says which of the flows. */
export function listCopyAs(picture: Asked, range: readonly string[]): Answer["copyAs"] {
  const { asked, views } = picture;
  const flags = [...targetFlags(picture), ...listFlags(asked)];
  const scopes = isRestricted(views) ? visibleFlags(views, asked.select.target, flags) : [[]];
  const words = [
    "hubble",
    "observe",
    ...range,
    ...flags.flat(),
    ...notWords(asked.not),
    ...(asked.json ? ["-o", "json"] : []),
    ...(asked.node ? ["--print-node-name"] : []),
    ...(asked.numeric ? ["--numeric"] : []),
  ];
  const line = (scope: Flags) => [...words, ...scope.flat()].map(shellWord).join(" ");
  return scopes === undefined
    ? [{ label: "Hubble, which shows other namespaces too", text: line([]) }]
    : scopes.map((scope) => ({ label: "Hubble", text: line(scope) }));
}

/** Beside `--since`, Hubble's `--last` gives the oldest: then all of the window is the same list with more before it. */
function rangeWords({ asked, askedAt }: ListPicture): string[] {
  const { since, until } = timesOf(asked, askedAt);
  const times = [
    ...(since === null ? [] : ["--since", rfc3339(since)]),
    ...(until === null ? [] : ["--until", rfc3339(until)]),
  ];
  const { limit } = asked;
  if (limit?.keep === "oldest") return [...times, "--first", String(limit.count)];
  if (times.length > 0) return times;
  return limit === null ? ["--all"] : ["--last", String(limit.count)];
}

/** The target as Hubble can be asked for it: by the beginning of its pods' names, else by the first way that one flag says. */
function targetFlags({ asked, views }: Asked): Flags {
  const { target } = asked.select;
  if (target === undefined) return [];
  if (target.kind === "namespace") return [["--namespace", target.name]];
  const resolution = views.find((view) => view.resolution?.status === "resolved")?.resolution;
  const resolved = resolution?.status === "resolved" ? resolvedFields(resolution.target) : [];
  const ways = resolved.length > 0 ? resolved : textFields(target);
  const alone = ways.filter((way) => Object.keys(way).length === 1);
  return flagsOf(alone.find((way) => way.pod !== undefined && way.pod.length <= 5) ?? alone[0] ?? {});
}

function flagsOf({ workload: _, ...fields }: EndFields): Flags {
  return Object.entries(fields).flatMap(([name, values]: [string, readonly (string | number)[] | undefined]) =>
    (values ?? []).map((value) => [`--${name}`, String(value)] as const),
  );
}
