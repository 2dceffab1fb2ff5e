/** Label selectors as Hubble takes them: Kubernetes' syntax with Cilium's source prefix (`k8s:org=empire`). */
export type LabelMatcher = (labels: readonly string[]) => boolean;

interface Label {
  readonly source: string;
  readonly key: string;
  readonly value: string;
}

/** Throws when the text is no selector. An empty one selects everything. */
export function compileLabelSelector(selector: string): LabelMatcher {
  const requirements = splitAtCommas(selector).map((text) => compileRequirement(text.trim(), selector));
  return (texts) => {
    const labels = texts.map(parseLabel);
    return requirements.every((requirement) => requirement(labels));
  };
}

const key = String.raw`(?<key>[A-Za-z0-9](?:[\w./:-]*[A-Za-z0-9])?)`;
const value = String.raw`[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?`;
const existence = new RegExp(`^(?<not>!?)\\s*${key}$`);
const equality = new RegExp(`^${key}\\s*(?<operator>==?|!=)\\s*(?<value>(?:${value})?)$`);
const membership = new RegExp(`^${key}\\s+(?<operator>in|notin)\\s*\\((?<values>[^()]*)\\)$`);

function compileRequirement(text: string, selector: string): (labels: readonly Label[]) => boolean {
  const set = membership.exec(text)?.groups;
  if (set) {
    const wanted = (set["values"] ?? "").split(",").map((each) => each.trim());
    return matchValues(set["key"] ?? "", wanted, set["operator"] === "in");
  }
  const equal = equality.exec(text)?.groups;
  if (equal) {
    return matchValues(equal["key"] ?? "", [equal["value"] ?? ""], equal["operator"] !== "!=");
  }
  const exists = existence.exec(text)?.groups;
  if (exists) {
    const has = finder(exists["key"] ?? "");
    return (labels) => labels.some(has) === (exists["not"] === "");
  }
  throw new Error(`unable to parse requirement: ${JSON.stringify(text)} in ${JSON.stringify(selector)}`);
}

/** Without the key `!=` and `notin` hold. */
function matchValues(wantedKey: string, values: readonly string[], wanted: boolean) {
  const has = finder(wantedKey);
  return (labels: readonly Label[]) => labels.some((label) => has(label) && values.includes(label.value)) === wanted;
}

/** A key without a source matches labels of any source. */
function finder(text: string): (label: Label) => boolean {
  const { source, key: wanted } = parseLabel(text);
  return (label) => label.key === wanted && (source === "" || source === "any" || label.source === source);
}

function parseLabel(text: string): Label {
  const equals = text.indexOf("=");
  const name = equals === -1 ? text : text.slice(0, equals);
  const colon = name.indexOf(":");
  return {
    source: colon === -1 ? "" : name.slice(0, colon),
    key: name.slice(colon + 1),
    value: equals === -1 ? "" : text.slice(equals + 1),
  };
}

function splitAtCommas(selector: string): string[] {
  return selector.trim() === "" ? [] : selector.split(/,(?![^(]*\))/);
}
