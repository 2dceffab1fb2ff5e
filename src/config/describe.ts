/** Every setting with its path, for the README's table. */
import { z } from "zod";
import { Schema } from "./schema.ts";

export interface ConfigEntry {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly fallback: string;
  readonly doc: string;
}

export function describeConfig(): ConfigEntry[] {
  return entries(z.toJSONSchema(Schema, { io: "input", unrepresentable: "any" }) as JsonSchema, "", false);
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly doc?: string;
}

function entries(schema: JsonSchema, path: string, required: boolean): ConfigEntry[] {
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([key, child]) =>
      entries(child, path ? `${path}.${key}` : key, schema.required?.includes(key) ?? false),
    );
  }
  if (schema.items?.properties) return entries(schema.items, `${path}[]`, required);
  const fallback = schema.default === undefined ? "" : JSON.stringify(schema.default);
  return [{ path, type: typeName(schema), required, fallback, doc: schema.doc ?? "" }];
}

function typeName({ type, enum: choices, items }: JsonSchema): string {
  if (choices) return choices.join(" \\| ");
  if (items?.type) return `list of ${items.type}s`;
  return type ?? "any";
}
