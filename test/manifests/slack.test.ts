import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { commands } from "../../src/commands/index.ts";
import { methods } from "../support/slack/methods/index.ts";
import { type AppManifest, readAppManifest } from "./slack-app.ts";

const root = join(import.meta.dirname, "../..");
const text = (file: string) => readFileSync(join(root, "manifests/slack", file), "utf8");
const app = (file: string) => readAppManifest(parse(text(file)));
const socket = app("manifest.yaml");
const http = app("manifest-http.yaml");
const [command] = socket.features.slash_commands;

test("a manifest that Slack would refuse is refused here", () => {
  const manifest = (change: (manifest: AppManifest) => void) => {
    const copy = structuredClone(socket);
    change(copy);
    return () => readAppManifest(copy);
  };

  expect(manifest((copy) => Object.assign(copy.settings, { socket_mode: true }))).toThrow(
    'Unrecognized key: "socket_mode"',
  );
  expect(manifest((copy) => Object.assign(copy.display_information, { name: "c".repeat(36) }))).toThrow("<=35");
  expect(manifest((copy) => Object.assign(copy.features.slash_commands[0] ?? {}, { command: "cilium" }))).toThrow("/");
  expect(manifest((copy) => Object.assign(copy.settings.interactivity, { request_url: "http://a" }))).toThrow(
    "request_url",
  );
});

test("the slash command names every command, and people and channels arrive as ids", () => {
  const named = command?.usage_hint.split(" | ").map((usage) => usage.split(" ")[0]);

  expect(named).toEqual(Object.keys(commands));
  expect(command).toMatchObject({ command: "/cilium", should_escape: true });
});

test("the HTTP form differs from the Socket Mode form in the request URLs and the switch", () => {
  const url = "https://bot.example.com/slack/events";

  expect(http).toEqual({
    ...socket,
    features: { ...socket.features, slash_commands: [{ ...command, url }] },
    settings: {
      ...socket.settings,
      event_subscriptions: { ...socket.settings.event_subscriptions, request_url: url },
      interactivity: { ...socket.settings.interactivity, request_url: url },
      socket_mode_enabled: false,
    },
  });
  expect(JSON.stringify(socket)).not.toContain("https://");
});

test("direct messages can be typed, buttons work, and tokens do not expire", () => {
  expect(socket.features.app_home).toMatchObject({ messages_tab_enabled: true, messages_tab_read_only_enabled: false });
  expect(socket.settings).toMatchObject({
    interactivity: { is_enabled: true },
    socket_mode_enabled: true,
    token_rotation_enabled: false,
    org_deploy_enabled: false,
  });
});

const { bot, bot_optional: optional } = socket.oauth_config.scopes;
/** Pages "Events API: event types" and "Scopes". */
const scopeOfEvent: Readonly<Record<string, string>> = { app_mention: "app_mentions:read", "message.im": "im:history" };
const events = socket.settings.event_subscriptions.bot_events;

test("each scope is there for an event, the slash command, or a method that the bot calls", () => {
  const used = calledMethods().flatMap((name) => methods[name]?.scopes ?? []);
  const reasons = new Set(["commands", ...events.map((event) => scopeOfEvent[event]), ...used]);

  expect(new Set(Object.keys(scopeOfEvent))).toEqual(new Set(events));
  expect(bot.filter((scope) => !reasons.has(scope))).toEqual([]);
});

test("each method that the bot calls has a scope that allows it", () => {
  const called = calledMethods();

  expect(called).toContain("chat.postMessage");
  expect(
    called.filter((name) => {
      const scopes = methods[name]?.scopes ?? [];
      return scopes.length > 0 && !scopes.some((scope) => bot.includes(scope));
    }),
  ).toEqual([]);
});

test("only reading channels and people is optional; Slack wants optional scopes in both lists", () => {
  expect(optional).toEqual(["channels:history", "groups:history", "users:read"]);
  expect(optional.filter((scope) => !bot.includes(scope))).toEqual([]);
});

test("each scope says what it is for", () => {
  const lines = text("manifest.yaml").split("\n");
  const list = lines.slice(
    lines.findIndex((line) => line.trim() === "bot:") + 1,
    lines.findIndex((line) => line.trim() === "bot_optional:"),
  );
  const unexplained = list.filter((line, at) => line.includes("- ") && !list[at - 1]?.includes("# "));

  expect(unexplained).toEqual([]);
});

/** Names of Web API methods in the Slack platform's sources, as `"chat.update"` or `client.chat.update(`. */
function calledMethods(): string[] {
  const folder = join(root, "src/platforms/slack");
  const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""))
    .join("\n");
  return Object.keys(methods).filter((name) => source.includes(`"${name}"`) || source.includes(`.${name}(`));
}
