/** One entry of `rules.http`. All its members have to hold; several entries are alternatives. */
import type { Regex } from "./regex/regex.ts";

export interface HttpRule {
  /** Matched over the whole text, upper and lower case distinct; null: any. */
  readonly method: Regex | null;
  /** Envoy's `:path`, which carries the query string. */
  readonly path: Regex | null;
  /** With the port, if the client sends one. */
  readonly host: Regex | null;
  /** Names in lower case; a null value asks for presence only. */
  readonly headers: readonly { readonly name: string; readonly value: string | null }[];
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The first member that does not hold, with what it wants and what it got; null when the request passes. */
export function httpMismatch(rule: HttpRule, request: HttpRequest): HttpMismatch | null {
  const { method, path, host } = rule;
  if (method !== null && !method.matches(request.method))
    return { field: "method", wanted: method.text, got: request.method };
  if (path !== null && !path.matches(request.path)) return { field: "path", wanted: path.text, got: request.path };
  if (host !== null && !host.matches(request.host ?? ""))
    return { field: "host", wanted: host.text, got: request.host ?? null };
  for (const { name, value } of rule.headers) {
    const got = header(request, name);
    if (got === null || (value !== null && got !== value))
      return { field: "header", wanted: name, got: got === null ? null : "another value" };
  }
  return null;
}

export interface HttpMismatch {
  readonly field: "method" | "path" | "host" | "header";
  /** A regular expression, or a header's name: values of headers are often secrets. */
  readonly wanted: string;
  readonly got: string | null;
}

function header(request: HttpRequest, wanted: string): string | null {
  for (const [name, value] of Object.entries(request.headers ?? {})) if (name.toLowerCase() === wanted) return value;
  return null;
}
