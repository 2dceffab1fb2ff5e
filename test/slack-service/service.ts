/** One Slack for a test, and calls to it as a bot would make them. */
import { asObject, type Json } from "../support/slack/json.ts";
import type { SlackOptions } from "../support/slack/options.ts";
import { type Slack, startSlack } from "../support/slack/start.ts";
import type { Channel, User } from "../support/slack/state/workspace.ts";

export const secrets = { signingSecret: "a signing secret", botToken: "xoxb-bot", appToken: "xapp-app" } as const;

export interface TestSlack extends AsyncDisposable {
  readonly slack: Slack;
  /** The bot and both people have joined. */
  readonly incidents: Channel;
  readonly alice: User;
  readonly bob: User;
  /** A form with the bot token, as the real client sends it. */
  call(method: string, args?: Json): Promise<Json>;
}

export async function startTestSlack(options: Partial<SlackOptions> = {}): Promise<TestSlack> {
  const slack = await startSlack({ ...secrets, team: "T0000000001", ...options });
  const [alice, bob] = [slack.workspace.addUser({ name: "alice" }), slack.workspace.addUser({ name: "bob" })];
  const incidents = slack.workspace.addChannel({ name: "incidents", members: [alice.id, bob.id] });
  return {
    slack,
    incidents,
    alice,
    bob,
    call: async (method, args = {}) => asObject(await (await postForm(slack, method, args)).json()),
    [Symbol.asyncDispose]: () => slack.close(),
  };
}

export async function postForm(slack: Slack, method: string, args: Json = {}, token = "xoxb-bot"): Promise<Response> {
  const form = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return fetch(`${slack.apiUrl}${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams(Object.fromEntries(form)),
  });
}

export function postJson(url: string, body: Json, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Whether the call failed without any answer. */
export async function fails(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => false,
    () => true,
  );
}

/** Asks again every few milliseconds, for at most three seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 3_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it did not happen in three seconds");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const section = (text: string): Json => ({ type: "section", text: { type: "mrkdwn", text } });
