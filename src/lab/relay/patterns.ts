/** The patterns in filters: DNS and node names with `*`, addresses with prefix lengths, pods and services, regular expressions. Each throws on what is none. */
import { BlockList, isIP } from "node:net";

type TextMatcher = (text: string) => boolean;

const anyName = "[-0-9_a-z]+(?:\\.[-0-9_a-z]+)*";
/** RE2 has no such bound; a backtracking engine needs one. */
const longestExpression = 1000;

/** DNS name globs, whole name, lower case. */
export function compileNames(patterns: readonly string[]): TextMatcher {
  const expression = new RegExp(`^(?:${patterns.map(globSource).join("|")})$`);
  return (text) => expression.test(text);
}

/** `[cluster/]node` globs; a node without a cluster in its name is of the cluster `default`. */
export function compileNodeNames(patterns: readonly string[]): TextMatcher {
  const sources = patterns.map((pattern) => {
    const parts = pattern.split("/");
    if (pattern === "" || parts.length > 2) {
      throw new Error(pattern === "" ? "empty pattern" : "too many slashes in pattern");
    }
    const [cluster = "", node = ""] = parts.length === 2 ? parts : ["", pattern];
    return `${cluster === "" ? anyName : globSource(cluster)}/${node === "" ? anyName : globSource(node)}`;
  });
  const expression = new RegExp(`^(?:${sources.join("|")})$`);
  return (text) => text !== "" && expression.test(text.includes("/") ? text : `default/${text}`);
}

/** Addresses are compared as text, networks contain. */
export function compileAddresses(texts: readonly string[]): TextMatcher {
  const exact = new Set<string>();
  const networks = new BlockList();
  for (const text of texts) {
    const [address = "", length] = text.split("/");
    const family = isIP(address);
    if (length === undefined) {
      if (family === 0) {
        throw new Error(`invalid IP address in filter: ${JSON.stringify(text)}`);
      }
      exact.add(address);
    } else if (family === 0 || !/^\d{1,3}$/.test(length) || Number(length) > (family === 4 ? 32 : 128)) {
      throw new Error(`invalid CIDR in filter: ${JSON.stringify(text)}`);
    } else {
      networks.addSubnet(address, Number(length), family === 4 ? "ipv4" : "ipv6");
    }
  }
  return (text) => exact.has(text) || (isIP(text) !== 0 && networks.check(text, isIP(text) === 4 ? "ipv4" : "ipv6"));
}

/** `[namespace/]prefix`: no slash is namespace `default`, `/prefix` any namespace, `namespace/` any name in it. */
export function compilePrefixes(texts: readonly string[]): (namespace: string, name: string) => boolean {
  const wanted = texts.map((text) => {
    if (text === "" || text === "/") {
      throw new Error("name must not be empty");
    }
    const slash = text.indexOf("/");
    return slash === -1
      ? { namespace: "default", prefix: text }
      : { namespace: text.slice(0, slash), prefix: text.slice(slash + 1) };
  });
  return (namespace, name) =>
    (namespace !== "" || name !== "") &&
    wanted.some((each) => (each.namespace === "" || each.namespace === namespace) && name.startsWith(each.prefix));
}

/** Unanchored regular expressions; any may match. */
export function compileExpressions(texts: readonly string[]): TextMatcher {
  const expressions = texts.map((text) => {
    if (text.length > longestExpression) {
      throw new Error(`regular expression longer than ${longestExpression} characters`);
    }
    return new RegExp(text, "u");
  });
  return (text) => expressions.some((expression) => expression.test(text));
}

function globSource(pattern: string): string {
  const name = pattern.trim().replace(/\.$/, "").toLowerCase();
  if (name === "" || name.endsWith(".")) {
    throw new Error(name === "" ? "empty pattern" : "multiple trailing dots in pattern");
  }
  const wrong = /[^-0-9_a-z.*]/u.exec(name)?.[0];
  if (wrong !== undefined) {
    throw new Error(`${JSON.stringify(wrong)}: invalid rune in pattern`);
  }
  return name.replaceAll(".", "\\.").replaceAll("*", "[-.0-9a-z]*");
}
