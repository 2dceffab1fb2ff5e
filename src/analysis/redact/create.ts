/** All kinds of redaction over one pair of lists. */
import type { Flow } from "../flow.ts";
import { hasCredential } from "./credentials.ts";
import { createFlowRedaction, type FieldRules } from "./flow.ts";
import { fold } from "./fold.ts";
import { redactHeaderValue } from "./header.ts";
import { isAddress, redactHost } from "./host.ts";
import { remembering } from "./memo.ts";
import { hideNamedValues } from "./named-values.ts";
import { type RedactionLists, readRulings } from "./patterns.ts";
import { createRecordRedaction } from "./record.ts";
import { redactRunningText } from "./text.ts";
import { redactUrlPath, redactWholeUrl } from "./url.ts";

/** What is hidden becomes `…`. Each function gives its own answers back unchanged, and nothing longer than it got (but for two characters). */
export interface Redaction {
  /** Scheme, host, port, path; never user, password, fragment; the query as `?…`. */
  url(url: string): string;
  /** The path of a URL alone, with `?…` where it has a query. */
  path(url: string): string;
  /** A DNS name, with or without port. */
  name(name: string): string;
  /** The value of an HTTP header. */
  header(name: string, value: string): string;
  /** Summaries, policy logs, messages, errors. */
  text(text: string): string;
  /** The same object where nothing is to hide. */
  flow(flow: Flow): Flow;
  /** A record of the exporter, or a decoded GetFlowsResponse. */
  record(record: unknown): unknown;
}

/** Throws a RangeError that says what to write when a pattern is none (see `patternProblem`). */
export function createRedaction(lists: RedactionLists = {}): Redaction {
  const rulings = readRulings(lists);
  const name = remembering((text) => redactHost(text, rulings));
  const url = remembering((text) => redactWholeUrl(text, rulings));
  const path = remembering((text) => redactUrlPath(text, rulings));
  const text = remembering((running) => redactRunningText(running, { url, path, name }));
  const header = (key: string, value: string) => redactHeaderValue(key, value, { rulings, url, name, text });
  const rules: FieldRules = {
    url,
    name,
    header,
    text,
    given: remembering((given) => (isGivenName(given) ? given : text(given))),
    keyword: remembering((word) =>
      /^[A-Z][A-Za-z]{0,9}(?:[-/][A-Za-z0-9.]{1,12})?$|^[a-z]{1,16}$/.test(word) ? word : text(word),
    ),
    address: remembering((address) =>
      address === "" || isAddress(address) || mac.test(address) ? address : text(fold(address)),
    ),
  };
  return { url, path, name, header, text, flow: createFlowRedaction(rules), record: createRecordRedaction(rules) };
}

const mac = /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/;

/**
 * Names and labels as Kubernetes and Cilium write them: anybody who may look at the cluster sees them there, and answers are found by them. What has the shape
 * of a credential or a telling key (`k8s:password=…`) is none of these, in spite of its letters.
 */
function isGivenName(text: string): boolean {
  if (!/^[-A-Za-z0-9._:/=*,]{0,400}$/.test(text)) return false;
  return (text === text.toLowerCase() || !hasCredential(text)) && hideNamedValues(text) === text;
}
