/**
 * Secrets do not pass: what is cut from flows and from text about them before anything is stored, logged or posted. It errs on the side of cutting: what looks
 * like a token is shown as `…`, and requests that differ only in it become one row. These are the built-in rules; `createRedaction` adds the configuration's.
 */
import { createRedaction } from "./redact/create.ts";

export { createRedaction, type Redaction } from "./redact/create.ts";
export { patternProblem } from "./redact/patterns.ts";

/** Nothing allowed, nothing denied besides. */
export const defaultRedaction = createRedaction();

export const redactUrl = defaultRedaction.url;
export const redactText = defaultRedaction.text;
export const redactFlow = defaultRedaction.flow;
