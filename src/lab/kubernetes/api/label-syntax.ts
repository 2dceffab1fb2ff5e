/** What may stand as a label key or value, and what the API server says when it may not. */
const name = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const subdomain = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const rule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const nameRule = `${rule} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${name}')`;

/** Null when the key is fine. */
export function invalidKey(key: string): string | null {
  const parts = key.split("/");
  if (parts.length > 2)
    return `a valid label key ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  const last = parts.at(-1) ?? "";
  const problems = parts.length === 2 ? prefixProblems(parts[0] ?? "") : [];
  if (last === "") problems.push("name part must be non-empty");
  else if (last.length > 63) problems.push("name part must be no more than 63 bytes");
  if (!whole(name).test(last)) problems.push(`name part ${nameRule}`);
  return problems.length === 0 ? null : problems.join("; ");
}

/** Null when the value is fine. */
export function invalidValue(value: string): string | null {
  const problems: string[] = [];
  if (value.length > 63) problems.push("must be no more than 63 bytes");
  if (!whole(`(${name})?`).test(value))
    problems.push(
      `a valid label must be an empty string or ${rule.replace("must consist", "consist")} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${name})?')`,
    );
  return problems.length === 0 ? null : problems.join("; ");
}

function prefixProblems(prefix: string): string[] {
  if (prefix === "") return ["prefix part must be non-empty"];
  if (prefix.length > 253) return ["prefix part must be no more than 253 bytes"];
  if (whole(subdomain).test(prefix)) return [];
  return [
    `prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`,
  ];
}

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}
