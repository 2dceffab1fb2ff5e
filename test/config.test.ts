import { expect, test } from "vitest";
import { ConfigError, describeConfig, parseConfig, redactConfig } from "../src/config.ts";

const minimal = "clusters: [{ name: prod-eu, hubble: { address: 'hubble-relay.kube-system:80' } }]";

test("a cluster's name and Relay's address are enough", () => {
  const config = parseConfig(minimal, {});

  expect(config.redis).toEqual({ url: "redis://127.0.0.1:6379", prefix: "{cilium-chatops}" });
  expect(config.clusters[0]?.hubble?.tls.enabled).toBe(false);
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
])("%s", (_, text, message) => {
  expect(() => parseConfig(text, {})).toThrow(ConfigError);
  expect(() => parseConfig(text, {})).toThrow(message);
});

test("what is printed hides passwords and header values", () => {
  const config = parseConfig(
    `redis: { url: "redis://user:s3cret@redis:6379" }
clusters: [{ name: a, prometheus: { url: "https://me:s3cret@prometheus/x", headers: { "X-Scope-OrgID": s3cret } } }]`,
    {},
  );

  expect(JSON.stringify(redactConfig(config))).not.toContain("s3cret");
  expect(JSON.stringify(config)).toContain("s3cret");
});

test("each setting is described", () => {
  const entries = describeConfig();

  expect(entries.filter((entry) => entry.doc === "")).toEqual([]);
  expect(entries.map((entry) => entry.path)).toContain("clusters[].hubble.tls.serverName");
});
