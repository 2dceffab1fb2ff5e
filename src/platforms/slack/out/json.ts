/** Reading Slack's answers, of which nothing is known but that they were JSON. */
export type Json = Readonly<Record<string, unknown>>;

export function objectIn(value: Json, field: string): Json {
  const inner = value[field];
  return typeof inner === "object" && inner !== null ? (inner as Json) : {};
}

export function listIn(value: Json, field: string): readonly Json[] {
  const list = value[field];
  return Array.isArray(list) ? list.filter((item): item is Json => typeof item === "object" && item !== null) : [];
}

/** Undefined where it is missing or empty. */
export function textIn(value: Json, field: string): string | undefined {
  const text = value[field];
  return typeof text === "string" && text !== "" ? text : undefined;
}
