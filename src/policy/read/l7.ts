/** `rules` of a toPorts entry: HTTP and DNS; Kafka and others are known by name only. */
import { type DnsPattern, dnsName, dnsPattern } from "../dns-pattern.ts";
import type { HttpRule } from "../http-rule.ts";
import type { L7Rules } from "../policy.ts";
import { RegexRefused } from "../regex/refused.ts";
import { type Regex, readRegex } from "../regex/regex.ts";
import { PolicyRefused, type Reader, readChoice, readFields, readList, readText } from "./reader.ts";

/** An empty list (`http: []`) is no L7 rule at all; an empty entry (`http: [{}]`) lets every request pass through the proxy. */
export function readL7(reader: Reader, value: unknown, path: string): L7Rules | null {
  const fields = readFields(reader, value, path, ["http", "dns", "kafka", "l7", "l7proto"]);
  if (fields === undefined) return null;
  const http = readList(reader, fields["http"], `${path}.http`) ?? [];
  const dns = readList(reader, fields["dns"], `${path}.dns`) ?? [];
  const kafka = readList(reader, fields["kafka"], `${path}.kafka`) ?? [];
  const other = readText(reader, fields["l7proto"], `${path}.l7proto`) ?? "";
  const l7 = readList(reader, fields["l7"], `${path}.l7`) ?? [];
  if (l7.length > 0 && other === "")
    throw new PolicyRefused("validation", "'l7' may only be specified when a 'l7proto' is also specified");
  if ([http, dns, kafka].filter((list) => list.length > 0).length + (other === "" ? 0 : 1) > 1)
    throw new PolicyRefused("validation", "multiple L7 protocol rule types specified in single rule");
  if (http.length > 0) {
    const rules = http.map((rule, index) => readHttp(reader, rule, `${path}.http[${index}]`));
    return { kind: "http", rules };
  }
  if (dns.length > 0)
    return { kind: "dns", rules: dns.map((rule, index) => readDnsRule(reader, rule, `${path}.dns[${index}]`)) };
  if (kafka.length > 0) return { kind: "other", parser: "kafka" };
  return other === "" ? null : { kind: "other", parser: other };
}

/** An entry of `rules.dns` or of toFQDNs: matchName or matchPattern. */
export function readDnsRule(reader: Reader, value: unknown, path: string): DnsPattern {
  const fields = readFields(reader, value, path, ["matchName", "matchPattern"]) ?? {};
  const name = readText(reader, fields["matchName"], `${path}.matchName`) ?? "";
  const pattern = readText(reader, fields["matchPattern"], `${path}.matchPattern`) ?? "";
  if (name !== "" && pattern !== "")
    throw new PolicyRefused("validation", "only one of MatchName or MatchPattern is allowed in an api.FQDNSelector");
  const text = name !== "" ? name : pattern;
  const allowed = name !== "" ? /^[-a-zA-Z0-9_.]*$/ : /^[-a-zA-Z0-9_.*]*$/;
  if (!allowed.test(text)) {
    const [field, characters] =
      name !== "" ? ["MatchName", "0-9, a-z, A-Z and . and -"] : ["MatchPattern", "0-9, a-z, A-Z and ., - and *"];
    throw new PolicyRefused(
      "validation",
      `Invalid characters in ${field}: "${text}". Only ${characters} characters are allowed`,
    );
  }
  return name !== "" ? dnsName(name) : dnsPattern(pattern, reader.settings.minor >= 19);
}

function readHttp(reader: Reader, value: unknown, path: string): HttpRule {
  const fields = readFields(reader, value, path, ["path", "method", "host", "headers", "headerMatches"]) ?? {};
  const plain = (readList(reader, fields["headers"], `${path}.headers`) ?? []).map((one, index) =>
    readHeader(readText(reader, one, `${path}.headers[${index}]`) ?? ""),
  );
  const matches = (readList(reader, fields["headerMatches"], `${path}.headerMatches`) ?? []).flatMap((one, index) =>
    readHeaderMatch(reader, one, `${path}.headerMatches[${index}]`),
  );
  return {
    path: readPattern(reader, fields["path"], `${path}.path`),
    method: readPattern(reader, fields["method"], `${path}.method`),
    host: readPattern(reader, fields["host"], `${path}.host`),
    headers: [...plain, ...matches],
  };
}

function readPattern(reader: Reader, value: unknown, path: string): Regex | null {
  const text = readText(reader, value, path) ?? "";
  if (text === "") return null;
  try {
    return readRegex(text);
  } catch (error) {
    if (error instanceof RegexRefused) throw new PolicyRefused("validation", error.message);
    throw error;
  }
}

/** "Name: value" wants that value, "Name" wants it to be there. */
function readHeader(text: string): HttpRule["headers"][number] {
  const space = text.indexOf(" ");
  if (space < 0) return { name: text.toLowerCase(), value: null };
  return { name: text.slice(0, space).replace(/:+$/, "").toLowerCase(), value: text.slice(space + 1) };
}

/** With a mismatch action the request passes and is changed or logged. A value kept in a secret is unknown to us: only presence is asked for. */
function readHeaderMatch(reader: Reader, value: unknown, path: string): HttpRule["headers"] {
  const fields = readFields(reader, value, path, ["mismatch", "name", "secret", "value"]) ?? {};
  const name = readText(reader, fields["name"], `${path}.name`) ?? "";
  const action = readChoice(reader, fields["mismatch"], {
    path: `${path}.mismatch`,
    choices: ["LOG", "ADD", "DELETE", "REPLACE"],
  });
  const wanted = readText(reader, fields["value"], `${path}.value`) ?? "";
  readFields(reader, fields["secret"], `${path}.secret`, ["name", "namespace"]);
  if (name === "") throw new PolicyRefused("validation", "HeaderMatch: Name must be given");
  if (action !== undefined) return [];
  return [{ name: name.toLowerCase(), value: wanted === "" ? null : wanted }];
}
