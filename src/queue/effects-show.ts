/**
 * Answers that people ask for again by their id. An answer is kept with what its makers were allowed to see, and is shown wherever its command may be asked and no less may be
 * seen: whoever could not ask for it does not get it by its id either.
 */
import { type Binding, bindingsFor, permit, type Visible } from "../access/access.ts";
import { type Table, tablesOf } from "../analysis/csv/tables.ts";
import { csvText } from "../analysis/csv/write.ts";
import { withoutSchedule } from "../commands/digest/flags.ts";
import { parseCommand } from "../commands/grammar.ts";
import {
  type Filed,
  filedMessage,
  noTables,
  refusedAnswer,
  seesMore,
  shownAgain,
  unknownAnswer,
  unreadable,
} from "../commands/show/text.ts";
import type { AnswerDocument, AnswerFile } from "../message/delivery.ts";
import type { Answers } from "../store/answers.ts";
import type { Artifact, Files } from "../store/artifacts.ts";
import type { Perform, Said } from "./effects.ts";
import type { CommandRecord } from "./jobs.ts";

export interface KeptAnswer {
  /** Absent: nobody asked, it was sent. */
  readonly person?: string | undefined;
  /** Where it was sent. */
  readonly conversation?: string | undefined;
  /** Nobody but that person was shown it; without one nobody outside that conversation. */
  readonly alone: boolean;
  /** The command as it was understood. */
  readonly line: string;
  /** What might be seen where it was asked. */
  readonly visible: Visible;
  readonly document: AnswerDocument;
}

export interface ShowOptions {
  readonly answers: Answers<KeptAnswer>;
  readonly files: Pick<Files, "keep">;
  /** How long files are kept, milliseconds. */
  readonly fileTtlMs: number;
  readonly bindings: readonly Binding[];
  readonly contact: string;
  /** Between one person and the bot alone. */
  readonly isDirect: (conversation: string) => Promise<boolean>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Files of one answer. */
const mostFiles = 3;

/**
 * The id under which an answer can be asked for again; undefined where it is not kept: nobody in a chat asked and it is no digest that has something to tell, or no source was
 * asked, or it is too large. What alerts ask stands in their incident, and in a storm it would push out what people asked.
 */
export type Keep = (record: CommandRecord, line: string, document: AnswerDocument) => Promise<string | undefined>;

export function createKeep({ answers, isDirect }: Pick<ShowOptions, "answers" | "isDirect">): Keep {
  return async ({ id, conversation, place, visible }, line, document) => {
    const { person } = place;
    if ((person === undefined && !isSentDigest(document)) || document.sources.length === 0) return undefined;
    const alone = place.private === true || (await isDirect(conversation));
    return await answers.keep(id, conversation, { person, conversation, alone, line, visible, document });
  };
}

/** A quiet one stays three lines: an id would be the fourth, of what nobody looks up. */
function isSentDigest({ command, result }: AnswerDocument): boolean {
  const isQuiet = typeof result === "object" && result !== null && "quiet" in result && result.quiet === true;
  return command === "digest" && !isQuiet;
}

function isTheirs({ alone, person, conversation }: KeptAnswer, record: CommandRecord): boolean {
  if (!alone) return true;
  return person === undefined ? conversation === record.conversation : person === record.place.person;
}

export function createShowEffect(options: ShowOptions): Perform<"show"> {
  return async ({ id, as }, record) => {
    const kept = await options.answers.find(id, record.conversation);
    if (kept === undefined || !isTheirs(kept, record)) return unknownAnswer(id);
    const { document, line } = kept;
    const here = lineFrom(
      document.command === "digest" ? withoutSchedule(line) : line,
      document.clusters,
      record.clusters,
    );
    const refused = await refusalOf(kept, record, options);
    if (refused !== undefined) return refusedAnswer(id, refused.say, refused.narrower ? here : undefined);
    const tables = tablesOf(document.result);
    const asked = { id, document, now: options.now(), alone: record.place.private === true };
    switch (as) {
      case "message":
        return withAll(shownAgain({ ...asked, here, hasTables: tables.length > 0 }), document);
      case "json": {
        const files = [await keepFile(`${document.command}-${id}.json`, json(document), options)];
        return { ...filedMessage({ ...asked, files, left: [] }, []), files };
      }
      case "csv":
        return tables.length === 0 ? noTables(asked) : await asCsv(asked, tables, options);
    }
  };
}

function withAll(message: Said, { files, details }: AnswerDocument): Said {
  return { ...message, ...(files && { files }), ...(details && { details }) };
}

interface Refused {
  readonly say: string;
  /** The command may be asked here, and would tell less. */
  readonly narrower: boolean;
}

async function refusalOf(
  { document, line, visible }: KeptAnswer,
  { conversation }: CommandRecord,
  { bindings: all, contact, isDirect }: ShowOptions,
): Promise<Refused | undefined> {
  const { clusters } = document;
  const parsed = parseCommand(line, { clusters, defaultCluster: clusters[0] ?? "" });
  if (!parsed.ok) return { say: unreadable, narrower: false };
  const { command, args } = parsed;
  const bindings = bindingsFor(all, { conversation, direct: await isDirect(conversation) });
  const permitted = permit(bindings, {
    ...{ command: command.permittedAs ?? command.name, clusters, named: command.namespaces?.(args) ?? [], contact },
  });
  if (!permitted.ok) return { say: permitted.say, narrower: false };
  for (const cluster of clusters) {
    const [here, made] = [seenIn(permitted.visible, cluster), seenIn(visible, cluster)];
    if (here === undefined || made?.every((namespace) => here.includes(namespace))) continue;
    return { say: seesMore(cluster, here), narrower: true };
  }
  return undefined;
}

/** Undefined: all of it. */
function seenIn(visible: Visible, cluster: string): readonly string[] | undefined {
  return Object.hasOwn(visible, cluster) ? visible[cluster] : undefined;
}

/** The line that asks the same clusters from where `known` may be asked; undefined where there is none. */
function lineFrom(line: string, clusters: readonly string[], known: readonly string[]): string | undefined {
  const spelled = line.replace(/^\S+/, (name) => `${name} --cluster ${clusters.join(",")}`);
  return [line, spelled].find((text) => {
    const parsed = parseCommand(text, { clusters: known, defaultCluster: known[0] ?? "" });
    return parsed.ok && parsed.clusters.join() === clusters.join();
  });
}

type Asked = Pick<Filed, "id" | "document" | "now" | "alone">;

async function asCsv(asked: Asked, tables: readonly Table[], options: ShowOptions): Promise<Said> {
  const { id, document } = asked;
  const written = tables.slice(0, mostFiles);
  const files = await Promise.all(
    written.map((table) => {
      const name = `${document.command}-${id}-${table.name.replaceAll(/[^\w.-]/g, "_").slice(0, 60)}.csv`;
      return keepFile(name, { type: "text/csv; charset=utf-8", text: csvText(table) }, options);
    }),
  );
  return { ...filedMessage({ ...asked, files, left: tables.slice(mostFiles) }, written), files };
}

function json(document: AnswerDocument): { readonly type: Artifact["type"]; readonly text: string } {
  return { type: "application/json", text: `${JSON.stringify(document, null, 2)}\n` };
}

async function keepFile(
  name: string,
  { type, text }: { readonly type: Artifact["type"]; readonly text: string },
  { files, fileTtlMs }: ShowOptions,
): Promise<AnswerFile> {
  const body = Buffer.from(text, "utf8");
  const id = await files.keep({ name, type, body, ttlMs: fileTtlMs });
  return { id, name, type, bytes: body.length };
}
