import { expect, test } from "vitest";
import { ConfigError, describeConfig, parseConfig, redactConfig } from "../src/config.ts";

const minimal = "clusters: [{ name: prod-eu, hubble: { address: 'hubble-relay.kube-system:80' } }]";

test("a cluster's name and Relay's address are enough", () => {
  const config = parseConfig(minimal, {});

  expect(config.redis).toEqual({ url: "redis://127.0.0.1:6379", prefix: "{cilium-chatops}" });
  expect(config.clusters[0]?.hubble?.tls.enabled).toBe(false);
});

test("everything else has a default", () => {
  const { http, contact, access, channels } = parseConfig(minimal, {});

  expect(http).toEqual({ host: "0.0.0.0", port: 3000, adminHost: "127.0.0.1", adminPort: 3001 });
  expect(contact).toBe("whoever runs this bot");
  expect(access).toEqual({ perPerson: { burst: 10, perMinute: 20 }, admins: [] });
  expect(channels).toEqual([]);
});

test("patterns of redaction are taken as they are written, and none is usual", () => {
  const allow = ["header:x-tenant", "query:page", "path:/orders/*"];

  expect(parseConfig(minimal, {}).redaction).toEqual({ allow: [], deny: [] });
  expect(parseConfig(`redaction: { allow: ${JSON.stringify(allow)} }\n${minimal}`, {}).redaction.allow).toEqual(allow);
});

test("a setting without a value is one that is not set", () => {
  expect(parseConfig(`artifacts: { keyFile: , fileTtl: 1h }\n${minimal}`, {}).artifacts).toEqual({
    pictureTtl: 2_592_000_000,
    fileTtl: 3_600_000,
  });
});

test("the public address has no slash at its end", () => {
  const { http } = parseConfig(`http: { publicUrl: "https://example.com/bot/" }\n${minimal}`, {});

  expect(http.publicUrl).toBe("https://example.com/bot");
});

test("variables are taken from the environment", () => {
  const config = parseConfig(`redis: { url: "redis://:\${REDIS_PASSWORD}@redis:6379" }\n${minimal}`, {
    REDIS_PASSWORD: "s3",
  });

  expect(config.redis.url).toBe("redis://:s3@redis:6379");
});

test.each([
  ["a missing variable is named", `log: { level: "\${NOPE}" }\n${minimal}`, "not set: NOPE"],
  ["an unknown key is named with its place", "clusters: [{ name: a, hubbel: {} }]", '"hubbel"\n  → at clusters[0]'],
  ["every problem is listed at once", "redis: { url: 'http://x' }\nclusters: []", "redis.url"],
  ["two clusters cannot share a name", "clusters: [{ name: a }, { name: a }]", "each cluster needs its own name"],
  ["a file without clusters says what to add", "log: { level: info }", "clusters"],
  ["text that is no YAML is refused", "a: [", "is not YAML"],
  ["a prefix without hash tag is refused", `redis: { prefix: bot }\n${minimal}`, "must be a hash tag"],
  ["links need https", `http: { publicUrl: "http://bot.example.com" }\n${minimal}`, "must be an https URL"],
  ["a public address is no more than that", `http: { publicUrl: "https://b.example/?x" }\n${minimal}`, "a plain URL"],
  ["a duration needs a unit", `artifacts: { fileTtl: "24" }\n${minimal}`, "must be a duration"],
  ["a duration is bounded", `artifacts: { fileTtl: 5000d }\n${minimal}`, "at most 366d"],
  ["an admin is named by an id", `access: { admins: [ann] }\n${minimal}`, "must name a person by their id"],
  ["a burst of nothing is refused", `access: { perPerson: { burst: 0 } }\n${minimal}`, "access.perPerson.burst"],
  ["a pattern says what it is about", `redaction: { allow: [user_id] }\n${minimal}`, "write header:NAME, query:NAME"],
  ["a path's pattern needs a *", `redaction: { deny: ["path:/orders"] }\n${minimal}`, "redaction.deny[0]"],
  ["patterns are bounded", `redaction: { deny: [${"'query:a', ".repeat(101)}] }\n${minimal}`, "at most 100 patterns"],
  ["a contact is one line", `contact: "a\\nb"\n${minimal}`, "must be one line"],
])("%s", (_, text, message) => {
  expect(() => parseConfig(text, {})).toThrow(ConfigError);
  expect(() => parseConfig(text, {})).toThrow(message);
});

test("what is printed hides passwords and header values", () => {
  const config = parseConfig(
    `redis: { url: "redis://user:s3cret@redis:6379" }
clusters: [{ name: a, prometheus: { url: "https://me:s3cret@prometheus/x?token=s3cret", headers: { "X-Scope-OrgID": s3cret } } }]`,
    {},
  );

  expect(JSON.stringify(redactConfig(config))).not.toContain("s3cret");
  expect(JSON.stringify(config)).toContain("s3cret");
});

test("each setting is described", () => {
  const entries = describeConfig();

  expect(entries.filter((entry) => entry.doc === "")).toEqual([]);
  expect(entries.map((entry) => entry.path)).toEqual(
    expect.arrayContaining([
      "clusters[].hubble.tls.serverName",
      "http.publicUrl",
      "artifacts.keyFile",
      "slack.signingSecretFile",
      "channels[].namespaces",
      "contact",
      "access.perPerson.perMinute",
    ]),
  );
  expect(entries.find((entry) => entry.path === "channels[].commands")).toMatchObject({
    type: "list of strings",
    required: false,
    fallback: '["*"]',
  });
  expect(entries.find((entry) => entry.path === "artifacts.pictureTtl")).toMatchObject({ fallback: '"30d"' });
});
