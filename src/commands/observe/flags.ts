/** The flags of `observe`, spelled as in `hubble observe`. Those about the ends of a flow are the same as of `drops`. */
import type { Flag } from "../command.ts";
import { selectFlags } from "../drops/flags.ts";

export const selectFlagKeys: readonly string[] = selectFlags.map(({ key }) => key);

export const observeFlags: readonly Flag[] = [
  {
    key: "since",
    names: ["--since"],
    value: "TIME",
    doc: "Begin there: how long ago (15m), a time of day in UTC, or RFC 3339; as far back as flows reach when left out",
  },
  { key: "until", names: ["--until"], value: "TIME", doc: "End there; now when left out" },
  {
    key: "last",
    names: ["--last"],
    value: "N",
    doc: "The newest N, counted over all nodes, at most 200; 20 when left out",
  },
  { key: "first", names: ["--first"], value: "N", doc: "The oldest N in place of the newest" },
  { key: "all", names: ["--all"], doc: "All that fit into an answer, about 1,000 flows, the newest of them" },
  {
    key: "not",
    names: ["--not"],
    negates: true,
    doc: "Leave out what fits the filter behind it; flows have to fit all filters behind a --not to be left out",
  },
  {
    key: "verdict",
    names: ["--verdict"],
    value: "VERDICT",
    many: true,
    doc: "FORWARDED, DROPPED, ERROR, AUDIT, REDIRECTED, TRACED or TRANSLATED",
  },
  {
    key: "type",
    names: ["--type", "-t"],
    value: "TYPE[:SUBTYPE]",
    many: true,
    doc: "drop, trace, l7, policy-verdict, trace-sock or capture; a sub type such as trace:to-endpoint",
  },
  ...selectFlags,
  {
    key: "http-status",
    names: ["--http-status"],
    value: "STATUS",
    many: true,
    doc: "HTTP status: 403, or 5+ for all that begin with it",
  },
  { key: "http-method", names: ["--http-method"], value: "METHOD", many: true, doc: "HTTP method, such as GET" },
  {
    key: "http-path",
    names: ["--http-path"],
    value: "PATTERN",
    many: true,
    doc: "A regular expression that fits a part of the HTTP path, such as /v1/.*",
  },
  {
    key: "http-url",
    names: ["--http-url"],
    value: "PATTERN",
    many: true,
    doc: "A regular expression that fits a part of the whole URL",
  },
  { key: "uuid", names: ["--uuid"], value: "UUID", many: true, doc: "The one flow with this identifier" },
  {
    key: "output",
    names: ["--output", "-o"],
    value: "FORMAT",
    doc: "json for whole records, one per line; compact when left out",
  },
  { key: "json", names: ["--json", "-j"], doc: "The same as -o json" },
  { key: "node-names", names: ["--print-node-name"], doc: "Name the node that saw the flow in each line" },
  { key: "numeric", names: ["--numeric"], doc: "Addresses only, no names" },
];
