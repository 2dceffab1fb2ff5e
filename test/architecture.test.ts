import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/**
 * Who may import whom: the first folder (or file) below src decides. `types` may be imported with `import type` alone. `npm` lists the packages a part may
 * load, "*" any of them.
 */
const table: Record<
  string,
  { readonly own: readonly string[]; readonly types?: readonly string[]; readonly npm: readonly string[] }
> = {
  message: { own: [], npm: [] },
  analysis: { own: ["policy"], npm: ["@lezer/common", "@prometheus-io/lezer-promql"] },
  policy: { own: [], npm: ["yaml"] },
  charts: {
    own: ["message", "errors"],
    npm: ["@dagrejs/dagre", "echarts", "@resvg/resvg-js", "node:fs", "node:module", "node:path", "node:worker_threads"],
  },
  access: { own: [], npm: [] },
  errors: { own: [], npm: [] },
  log: { own: ["analysis"], npm: ["pino"] },
  metrics: { own: [], npm: ["prom-client"] },
  config: { own: ["log", "analysis"], npm: ["yaml", "zod", "node:fs"] },
  http: { own: [], types: ["log"], npm: ["node:http", "node:net", "prom-client"] },
  sources: { own: ["analysis", "policy", "errors"], types: ["metrics", "log"], npm: ["*"] },
  commands: {
    own: ["message", "analysis", "policy", "errors"],
    types: ["sources", "access"],
    npm: ["zod", "fastest-levenshtein"],
  },
  alerts: { own: ["message", "analysis", "policy", "errors"], npm: ["zod", "node:crypto"] },
  store: { own: ["errors", "message"], npm: ["ioredis", "node:crypto", "node:zlib"] },
  platforms: {
    own: ["message", "store", "errors"],
    types: ["metrics", "log"],
    npm: [
      ...["string-width", "picocolors", "@slack/bolt", "@slack/web-api", "botbuilder", "zod"],
      ...["node:crypto", "node:http", "node:timers/promises"],
    ],
  },
  queue: {
    own: ["access", "alerts", "analysis", "commands", "message", "platforms", "store", "errors", "sources"],
    types: ["metrics", "log"],
    npm: ["bullmq", "zod", "node:crypto", "node:timers/promises"],
  },
  lab: { own: ["sources/hubble/wire"], npm: ["*"] },
  recorder: {
    own: ["sources", "analysis", "store", "errors"],
    types: ["log"],
    npm: ["node:crypto", "node:timers/promises", "node:util", "node:zlib"],
  },
  app: { own: ["*"], npm: ["bullmq"] },
  verbs: { own: ["*"], npm: ["*"] },
  main: { own: ["verbs"], npm: [] },
};

const root = resolve(import.meta.dirname, "../src");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const part = (file: string) => file.replace(/\.ts$/, "").split("/")[0] ?? "";

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^"';]*?from\s+)?"([^"]+)"/gms),
    ...text.matchAll(/\bimport\(\s*()"([^"]+)"/g),
  ];
  return found.map((match) => ({ file, target: match[2] ?? "", typeOnly: match[1] !== undefined && match[1] !== "" }));
}

function problem({ file, target, typeOnly }: Import): string | undefined {
  const from = part(file);
  const rule = table[from];
  if (!rule) return `${file}: ${from} is not in the table`;
  if (!target.startsWith(".")) {
    const name = target.startsWith("@")
      ? target.split("/").slice(0, 2).join("/")
      : target.startsWith("node:")
        ? target
        : (target.split("/")[0] ?? "");
    if (rule.npm.includes("*") || rule.npm.includes(name)) return undefined;
    return `${file} imports ${target}`;
  }
  const path = relative(root, resolve(join(root, dirname(file)), target)).replace(/\.ts$/, "");
  const to = part(path);
  if (
    to === from ||
    rule.own.includes("*") ||
    rule.own.includes(to) ||
    rule.own.some((prefix) => prefix.includes("/") && path.startsWith(prefix))
  )
    return undefined;
  if (typeOnly && rule.types?.includes(to)) return undefined;
  return `${file} imports ${path}${typeOnly ? " (types)" : ""}`;
}

test("imports run one way", () => {
  expect(files.flatMap(importsOf).flatMap((found) => problem(found) ?? [])).toEqual([]);
});

test("the table names parts that exist and the check sees imports", () => {
  expect(Object.keys(table).filter((name) => !files.some((file) => part(file) === name))).toEqual([]);
  expect(importsOf("app.ts").length).toBeGreaterThan(10);
  expect(problem({ file: "analysis/drops.ts", target: "node:fs", typeOnly: false })).toBe(
    "analysis/drops.ts imports node:fs",
  );
  expect(problem({ file: "message/message.ts", target: "../commands/index.ts", typeOnly: false })).toBe(
    "message/message.ts imports commands/index",
  );
  expect(problem({ file: "commands/drops.ts", target: "../sources/question.ts", typeOnly: false })).toBe(
    "commands/drops.ts imports sources/question",
  );
  expect(problem({ file: "commands/drops.ts", target: "../sources/question.ts", typeOnly: true })).toBeUndefined();
});

test("bullmq is imported by the queue alone, apart from types", () => {
  const outside = files.filter((file) => part(file) !== "queue").flatMap(importsOf);
  expect(outside.filter(({ target, typeOnly }) => target === "bullmq" && !typeOnly)).toEqual([]);
});

test("no file of the product is longer than 300 lines", () => {
  expect(files.filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 301)).toEqual([]);
});
