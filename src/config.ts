/**
 * The configuration, declared once: one schema for the file, its defaults, its errors and the README's table. `${NAME}` in any value is replaced from the
 * environment, so that secrets stay out of the file; a value that names a missing variable is an error, not an empty string.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { logLevels } from "./log.ts";

const port = z.int().min(0).max(65535);
const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
const name = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/,
    "must be lower-case letters, digits, '-' and '.', at most 63 characters",
  );

const Hubble = z.strictObject({
  address: z
    .string()
    .regex(/^[^\s/]+:\d{1,5}$/, "must be host:port, for example hubble-relay.kube-system:80")
    .meta({ doc: "Hubble Relay's host:port (the Service listens on 80, or 443 with TLS)" }),
  tls: z
    .strictObject({
      enabled: z.boolean().default(false).meta({ doc: "Relay's client-facing TLS; off in Cilium's defaults" }),
      caFile: z.string().optional().meta({ doc: "CA that signed Relay's certificate; default: the system's" }),
      certFile: z.string().optional().meta({ doc: "Client certificate, where Relay asks for one" }),
      keyFile: z.string().optional().meta({ doc: "Its key" }),
      serverName: z.string().optional().meta({ doc: "Name to expect, for example ui.hubble-relay.cilium.io" }),
    })
    .prefault({}),
});

const Prometheus = z.strictObject({
  url: url.meta({ doc: "Prometheus, or anything that speaks its HTTP API" }),
  bearerTokenFile: z.string().optional().meta({ doc: "File with the bearer token; read again for each query" }),
  headers: z.record(z.string(), z.string()).default({}).meta({ doc: "Headers to send with each query" }),
});

const Alertmanager = z.strictObject({ url: url.meta({ doc: "Alertmanager" }) });

const Kubernetes = z.strictObject({
  kubeconfig: z.string().optional().meta({ doc: "kubeconfig file; default: $KUBECONFIG or ~/.kube/config" }),
  context: z.string().optional().meta({ doc: "Context in it; default: the current one" }),
  inCluster: z.boolean().default(false).meta({ doc: "Use the pod's service account instead of a kubeconfig" }),
});

const Cluster = z.strictObject({
  name: name.meta({ doc: "What people type after --cluster" }),
  hubble: Hubble.optional(),
  prometheus: Prometheus.optional(),
  alertmanager: Alertmanager.optional(),
  kubernetes: Kubernetes.optional(),
});

export const Config = z.strictObject({
  log: z
    .strictObject({
      level: z
        .enum(logLevels)
        .default("info")
        .meta({ doc: "debug, info, warn, error or silent; JSON lines on standard error" }),
    })
    .prefault({}),
  redis: z
    .strictObject({
      url: z
        .url({ protocol: /^rediss?$/, error: "must be a redis:// or rediss:// URL" })
        .default("redis://127.0.0.1:6379")
        .meta({ doc: "Redis 6.2 or newer, maxmemory-policy noeviction" }),
      prefix: z
        .string()
        .regex(
          /^\{[-a-z0-9._]{1,60}\}$/,
          "must be a hash tag such as {cilium-chatops}, so that all keys share a slot on Redis Cluster",
        )
        .default("{cilium-chatops}")
        .meta({ doc: "Prefix of all keys" }),
    })
    .prefault({}),
  http: z
    .strictObject({
      adminHost: z.string().default("127.0.0.1").meta({ doc: "Address of the admin port" }),
      adminPort: port.default(3001).meta({ doc: "/healthz, /readyz and /metrics; 0 takes a free port" }),
    })
    .prefault({}),
  clusters: z
    .array(Cluster)
    .min(1, "name at least one cluster")
    .refine(
      (clusters) => new Set(clusters.map((cluster) => cluster.name)).size === clusters.length,
      "each cluster needs its own name",
    ),
});

export type Config = z.infer<typeof Config>;

/** What is wrong with a configuration, each problem on its own line with the path it is about. */
export class ConfigError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "ConfigError";
  }
}

export function loadConfig(file: string, environment: Readonly<Record<string, string | undefined>>): Config {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  return parseConfig(text, environment, file);
}

/** `origin` names the text in errors. */
export function parseConfig(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  origin = "config",
): Config {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new ConfigError(`${origin} is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  const missing: string[] = [];
  const expanded = expand(document, environment, missing);
  if (missing.length > 0)
    throw new ConfigError(
      `${origin} names environment variables that are not set: ${[...new Set(missing)].join(", ")}`,
    );
  return checkConfig(expanded, origin);
}

export function checkConfig(value: unknown, origin = "config"): Config {
  const result = Config.safeParse(value ?? {});
  if (!result.success) throw new ConfigError(`${origin} is not usable:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** The same configuration with everything hidden that may be a secret: header values, and user and password in URLs. */
export function redactConfig(config: Config): Config {
  return structuredClone({
    ...config,
    redis: { ...config.redis, url: hideUserinfo(config.redis.url) },
    clusters: config.clusters.map((cluster) => ({
      ...cluster,
      ...(cluster.prometheus && {
        prometheus: {
          ...cluster.prometheus,
          url: hideUserinfo(cluster.prometheus.url),
          headers: Object.fromEntries(Object.keys(cluster.prometheus.headers).map((header) => [header, "[redacted]"])),
        },
      }),
      ...(cluster.alertmanager && { alertmanager: { url: hideUserinfo(cluster.alertmanager.url) } }),
    })),
  });
}

function hideUserinfo(address: string): string {
  const parsed = new URL(address);
  if (parsed.username || parsed.password) {
    parsed.username = "redacted";
    parsed.password = "";
  }
  return parsed.href;
}

export interface ConfigEntry {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly fallback: string;
  readonly doc: string;
}

/** Every setting with its path, for the README's table. Source of truth: the schema above. */
export function describeConfig(): ConfigEntry[] {
  return entries(z.toJSONSchema(Config, { io: "input", unrepresentable: "any" }) as JsonSchema, "", false);
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
  return [
    {
      path,
      type: schema.enum ? schema.enum.join(" \\| ") : (schema.type ?? "any"),
      required,
      fallback,
      doc: schema.doc ?? "",
    },
  ];
}

function expand(value: unknown, environment: Readonly<Record<string, string | undefined>>, missing: string[]): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const found = environment[variable];
      if (found === undefined) missing.push(variable);
      return found ?? "";
    });
  }
  if (Array.isArray(value)) return value.map((item) => expand(item, environment, missing));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, environment, missing)]));
  }
  return value;
}
