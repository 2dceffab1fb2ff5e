/** Why no rule is written for what was denied, in words. Names are written by others. */
import { listed } from "../../analysis/counted.ts";
import { cutEnd } from "../../message/plain.ts";
import type { KeptPair } from "../../sources/question.ts";

export function keptText({ because, side, policies, others }: KeptPair): string {
  const names = [...new Set(policies.map(({ name }) => cutEnd(name, 40)))];
  const by = names.length === 0 ? "" : ` (${listed(names)})`;
  switch (because) {
    case "explicit-deny":
      return `${side} denied by ${names.length === 0 ? "a deny rule" : listed(names)}: deny rules win over every allow`;
    case "authentication":
      return `${side} wants authentication${by}: a rule does not give it`;
    case "other-end":
      return `the other end denies it on ${side}${by}`;
    case "allowed-now":
      return "the policies allow it by now";
    case "undecided":
      return "the policies of an end contradict each other";
    case "unwritable":
      return "no rule can name it: an unknown identity, no port or no address";
    case "others":
      return others.length === 0
        ? "it has no label of its own to be known by"
        : `no label tells it from ${listed(others.map((name) => cutEnd(name, 60)))}: give it one first`;
    case "ports":
      return "so many ports that it looks like a scan";
    case "peers":
      return "too many peers for one policy: name one with --admit-denied";
    case "requests":
      return "too many different requests to list";
    case "secret":
      return "the request looks like it holds a secret";
    case "workload":
      return "another workload: name it as TARGET";
  }
}
