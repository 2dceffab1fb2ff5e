import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { checkConfig, configWarnings, parseConfig, redactConfig } from "../src/config.ts";

const botToken = "xoxb-1-canary";
const appToken = "xapp-1-canary";
const signingSecret = "0123456789abcdef0123456789canary";
const place = { match: "slack:C1", clusters: ["*"] };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "chatops-config-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string, mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const load = (slack: unknown, rest: Record<string, unknown> = {}) =>
  checkConfig({ clusters: [{ name: "prod-eu" }], channels: [place], slack, ...rest });

function problemOf(slack: unknown, rest: Record<string, unknown> = {}): string {
  try {
    load(slack, rest);
    return "usable";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test("Socket Mode needs two tokens and fills in the rest", () => {
  expect(load({ botToken, appToken }).slack).toEqual({
    mode: "socket",
    botToken,
    appToken,
    apiUrl: "https://slack.com/api/",
    command: "/cilium",
    charts: "pictures",
    files: {},
  });
});

test("HTTP mode needs the signing secret, and keeps no token that it does not use", () => {
  const { slack } = load({ mode: "http", botToken, appToken, signingSecret, command: "/net-why" });

  expect(slack).toMatchObject({ mode: "http", botToken, signingSecret, command: "/net-why" });
  expect(slack).not.toHaveProperty("appToken");
});

test("a configuration without Slack has none", () => {
  expect(parseConfig("clusters: [{ name: a }]", {}).slack).toBeUndefined();
});

test("secrets come from files, without the newline at their end", () => {
  const { slack } = load({
    botTokenFile: file("bot", `${botToken}\n`),
    appTokenFile: file("app", `  ${appToken}\r\n`),
    botToken: "  ",
  });

  expect(slack).toMatchObject({ botToken, appToken });
});

test.each([
  ["socket", { appToken }, "SLACK_BOT_TOKEN", "slack.botToken"],
  ["socket", { botToken }, "SLACK_APP_TOKEN", "slack.appToken"],
  ["socket", { botToken, appToken: "" }, "SLACK_APP_TOKEN", "slack.appToken"],
  ["http", { botToken, appToken }, "SLACK_SIGNING_SECRET", "slack.signingSecret"],
])("a %s mode without its secret names the variable to set", (mode, secrets, variable, path) => {
  const problem = problemOf({ mode, ...secrets });

  expect(problem).toContain(`set the environment variable ${variable}`);
  expect(problem).toContain(`at ${path}`);
});

test.each([
  [{ botToken: "xoxp-canary", appToken }, "that is a user token; the bot token begins with xoxb-"],
  [{ botToken: appToken, appToken: botToken }, "that is an app-level token; the bot token begins with xoxb-"],
  [{ botToken: appToken, appToken: botToken }, "that is a bot token; the app-level token begins with xapp-"],
  [{ botToken: "xoxe.xoxb-1-canary", appToken }, "token rotation"],
  [{ botToken: "xoxc-canary", appToken }, "another kind of Slack token"],
  [{ botToken: "canary", appToken }, "that is no Slack token"],
  [{ botToken: "xoxb-can ary\nxoxb-canary", appToken }, "must be one line"],
  [{ mode: "http", botToken, signingSecret: appToken }, "the signing secret stands under Basic Information"],
])("%o: %s", (slack, message) => {
  const problem = problemOf(slack);

  expect(problem).toContain(message);
  expect(problem).not.toContain("canary");
});

test("a value and a file for one secret are one too many", () => {
  expect(problemOf({ botToken, botTokenFile: file("both", botToken), appToken })).toContain(
    "set botToken or botTokenFile, not both\n  → at slack.botToken",
  );
});

test("a file that holds no secret is named, with what is wrong", () => {
  const missing = join(directory, "none");
  expect(problemOf({ botTokenFile: missing, appToken })).toContain(`${missing} cannot be read: ENOENT`);
  expect(problemOf({ botTokenFile: directory, appToken })).toContain("cannot be read");
  expect(problemOf({ botTokenFile: file("empty", " \n"), appToken })).toContain("is empty\n  → at slack.botTokenFile");
  expect(problemOf({ botTokenFile: file("large", "x".repeat(70_000)), appToken })).toContain("no secret is");
  expect(problemOf({ botTokenFile: file("lines", `${botToken}\n${appToken}`), appToken })).toContain("one line");
});

test.each([
  [{ apiUrl: "http://slack.com/api/" }, "must be an https URL"],
  [{ apiUrl: "http://127.0.0.1.example.com/api/" }, "must be an https URL"],
  [{ apiUrl: "https://me:canary@slack.com/api/" }, "without user, password"],
  [{ apiUrl: "slack" }, "must be a URL"],
  [{ command: "cilium" }, "must be a slash"],
  [{ command: "/Cilium" }, "must be a slash"],
  [{ mode: "events" }, "slack.mode"],
])("slack %o is refused: %s", (setting, message) => {
  expect(problemOf({ botToken, appToken, ...setting })).toContain(message);
});

test("the Web API of a test on this machine may be plain http, and its address ends in a slash", () => {
  expect(load({ botToken, appToken, apiUrl: "http://127.0.0.1:8080/api" }).slack?.apiUrl).toBe(
    "http://127.0.0.1:8080/api/",
  );
  expect(load({ botToken, appToken, apiUrl: "http://[::1]:8080/api/" }).slack?.apiUrl).toBe("http://[::1]:8080/api/");
});

test("Slack without a place in Slack that is answered says which entry to add", () => {
  for (const channels of [[], [{ ...place, match: "teams:19:a@thread.tacv2" }]])
    expect(problemOf({ botToken, appToken }, { channels })).toContain('channels: [{ match: "slack:C0123ABCD"');
});

test("what is printed holds no secret, and can be read again where secrets come from files", () => {
  const bot = file("printed", botToken);
  const key = file("printed-key", "k".repeat(32));
  const config = load({ botTokenFile: bot, appToken }, { artifacts: { keyFile: key, fileTtl: "36h" } });
  const printed = stringify(redactConfig(config));

  expect(printed).not.toContain("canary");
  expect(printed).not.toContain("kkkk");
  expect(redactConfig(config)).toMatchObject({
    slack: { botTokenFile: bot, appToken: "[redacted]" },
    artifacts: { keyFile: key, pictureTtl: "30d", fileTtl: "1d12h" },
  });
  const again = parseConfig(printed.replace('"[redacted]"', appToken), {});
  expect(again).toEqual(config);
});

test("a secret on a line that is no YAML is not printed", () => {
  expect(() => parseConfig(`slack: { botToken: ${botToken}: x: y }`, {})).toThrow("is not YAML");
  try {
    parseConfig(`slack: { botToken: ${botToken}: x: y }`, {});
  } catch (error) {
    expect(`${(error as Error).stack} ${String((error as Error).cause)}`).not.toContain("canary");
    expect((error as Error).message).toContain("at line 1, column");
  }
});

test("files that everybody can read, and links that are off, are worth a warning", () => {
  const open = file("open", botToken, 0o644);
  const key = file("key", "k".repeat(32));
  const publicUrl = "https://bot.example.com";

  expect(configWarnings(load({ botTokenFile: open, appTokenFile: file("closed", appToken, 0o640) }))).toEqual([
    expect.stringMatching(/^slack\.botTokenFile: .*open can be read by every user.*chmod o-r/),
  ]);
  expect(configWarnings(load(undefined, { http: { publicUrl } }))).toEqual([
    expect.stringContaining("http.publicUrl is set but artifacts.keyFile is not"),
  ]);
  expect(configWarnings(load(undefined, { artifacts: { keyFile: key } }))).toEqual([
    expect.stringContaining("artifacts.keyFile is set but http.publicUrl is not"),
  ]);
  expect(configWarnings(load(undefined, { http: { publicUrl }, artifacts: { keyFile: key } }))).toEqual([]);
});

test("the key that signs links is read as it is, and a short one is refused", () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => (index < 3 ? 32 : index)));
  const path = join(directory, "binary");
  writeFileSync(path, bytes, { mode: 0o600 });

  expect(load(undefined, { artifacts: { keyFile: path } }).artifacts).toEqual({
    keyFile: path,
    key: bytes,
    pictureTtl: 30 * 24 * 3_600_000,
    fileTtl: 24 * 3_600_000,
  });
  expect(load(undefined).artifacts).not.toHaveProperty("key");
  const short = file("short", "k".repeat(31));
  expect(problemOf(undefined, { artifacts: { keyFile: short } })).toContain("holds 31 bytes, at least 32 are needed");
  expect(problemOf(undefined, { artifacts: { keyFile: join(directory, "none") } })).toContain("cannot be read");
});
