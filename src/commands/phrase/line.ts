/** The line that asks what a sentence means, in words of the grammar. */
import type { Command } from "../command.ts";
import type { Name, Sentence } from "./sentence.ts";

/** Undefined when the command cannot be asked like that. */
export function lineFor(command: Command, sentence: Sentence): readonly string[] | undefined {
  const keys = new Set(command.positionals.map(({ key }) => key));
  if (keys.has("from") && keys.has("to")) return pairLine(command.name, sentence);
  if (!keys.has("target") && !keys.has("namespace") && sentence.names.length > 0) return undefined;
  return targetLine(command, sentence);
}

/** `why SRC DST:PORT`. */
export function pairLine(command: string, sentence: Sentence): readonly string[] | undefined {
  const pair = pairOf(sentence);
  if (pair === undefined) return undefined;
  const { from, to } = pair;
  if (from.port !== undefined) return undefined;
  const port = to.port ?? sentence.port;
  return [
    command,
    from.text,
    port === undefined ? to.text : `${to.text}:${port}`,
    ...(sentence.time === undefined ? [] : ["--since", sentence.time.text]),
    ...sentence.flags,
  ];
}

/** Who wants to get to whom: `from B to A`, `A not reachable from B`, `A blocked from B`, else in the order that they are named. */
function pairOf({ names, keptOff }: Sentence): { readonly from: Name; readonly to: Name } | undefined {
  const [first, second, ...more] = names;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const isTurned = first.role === "to" || (second.role === "from" && !keptOff);
  return isTurned ? { from: second, to: first } : { from: first, to: second };
}

function targetLine(command: Command, sentence: Sentence): readonly string[] | undefined {
  const { names, flags } = sentence;
  const has = (key: string) => command.flags.some((flag) => flag.key === key);
  const [only, ...more] = names;
  const pair = more.length === 0 ? undefined : pairOf(sentence);
  if (more.length > 0 && (pair === undefined || !has("from-pod") || !names.some(({ role }) => role !== undefined)))
    return undefined;
  const prefix = pair === undefined ? undefined : podPrefix(pair.from.text);
  if (pair !== undefined && prefix === undefined) return undefined;
  const target = pair?.to ?? only;
  const port = target?.port ?? sentence.port;
  if (port !== undefined && (!has("port") || port.includes("/"))) return undefined;
  const { time } = sentence;
  const flag = time?.isFor && has("for") ? "--for" : has("since") ? "--since" : undefined;
  if (time !== undefined && flag === undefined) return undefined;
  return [
    command.name,
    ...(target === undefined ? [] : [target.text]),
    ...(prefix === undefined ? [] : ["--from-pod", prefix]),
    ...(port === undefined ? [] : ["--port", port]),
    ...(time === undefined || flag === undefined ? [] : [flag, time.text]),
    ...flags,
  ];
}

/** A name in any namespace is `/name` to `--from-pod`; kinds, addresses and labels are no pods. */
function podPrefix(text: string): string | undefined {
  if (/^[a-z0-9-]+$/.test(text)) return `/${text}`;
  return /^(?!(?:ns|pod|svc|deploy|identity)\/)[a-z0-9-]+\/[a-z0-9.-]+$/.test(text) ? text : undefined;
}
