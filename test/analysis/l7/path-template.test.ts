import { expect, test } from "vitest";
import { pathTemplate } from "../../../src/analysis/l7/path-template.ts";
import { defaultRedaction } from "../../../src/analysis/redact.ts";
import { pathTable } from "./paths.ts";

test("two hundred paths have the templates that a person would give them", () => {
  const given = pathTable.map(([path]) => [path, pathTemplate(defaultRedaction.path(path))]);
  expect(pathTable.length).toBeGreaterThanOrEqual(200);
  expect(given).toEqual(pathTable);
});

test("a template is its own template, but for what it folded away", () => {
  for (const [, template] of pathTable.filter(([, one]) => !one.includes("…")))
    expect(pathTemplate(template)).toBe(template);
});
