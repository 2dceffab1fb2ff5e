/** Arguments of a Web API call: a form, in which lists and objects are JSON, or a JSON body (page "Using the Slack Web API"). */
import type { IncomingMessage } from "node:http";
import { isObject, type Json, parseJson } from "../json.ts";
import { SlackRefusal } from "../refusal.ts";

/** Arguments that hold lists or objects, and so are JSON inside a form. */
const structured = new Set(["attachments", "blocks", "files", "file_ids", "metadata", "view"]);

export interface Arguments {
  readonly token: string | null;
  readonly args: Json;
}

/** Throws SlackRefusal. The header's token wins; in a JSON body the parameter does not count (same page: "must be sent as a header"). */
export function readArguments(request: IncomingMessage, body: Buffer): Arguments {
  const [type = "", ...parameters] = (request.headers["content-type"] ?? "").split(";").map((part) => part.trim());
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
  const query = fromForm((request.url ?? "").split("?")[1] ?? "");
  if (body.length === 0) return { token: bearer ?? tokenIn(query), args: query };
  checkCharset(parameters);
  if (type.toLowerCase() === "application/json") {
    const args = parseJson(body.toString("utf8"));
    if (!isObject(args)) throw new SlackRefusal("invalid_json");
    return { token: bearer, args: { ...query, ...unfold(Object.entries(args)) } };
  }
  if (type === "") throw new SlackRefusal("missing_post_type");
  if (type.toLowerCase() !== "application/x-www-form-urlencoded") throw new SlackRefusal("invalid_post_type");
  const args = { ...query, ...fromForm(body.toString("utf8")) };
  return { token: bearer ?? tokenIn(args), args };
}

function checkCharset(parameters: readonly string[]): void {
  const charset = parameters.find((parameter) => parameter.toLowerCase().startsWith("charset="))?.slice(8);
  if (charset && !/^"?(utf-8|iso-8859-1)"?$/i.test(charset)) throw new SlackRefusal("invalid_charset");
}

function tokenIn(args: Json): string | null {
  const { token } = args as { readonly token?: unknown };
  return typeof token === "string" && token !== "" ? token : null;
}

function fromForm(text: string): Json {
  return unfold([...new URLSearchParams(text)]);
}

/** What does not parse stays text; the method says which error that is. */
function unfold(entries: readonly (readonly [string, unknown])[]): Json {
  const isFolded = (name: string, value: unknown) => structured.has(name) && typeof value === "string";
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isFolded(name, value) ? (parseJson(String(value)) ?? value) : value]),
  );
}

/** A string argument; numbers are taken as strings, as a form would carry them. Empty when it is missing. */
export function textOf(args: Json, name: string): string {
  const value = args[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function isTrue(args: Json, name: string): boolean {
  return args[name] === true || args[name] === "true" || args[name] === "1" || args[name] === 1;
}

/** Lists also come comma-separated. */
export function listOf(args: Json, name: string): readonly string[] {
  const value = args[name];
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "string" && value !== "" ? value.split(",").map((part) => part.trim()) : [];
}
