/** Policies that stand beside `whatif` in Teams: files in a personal chat, code blocks anywhere. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseCommand } from "../../../../src/commands/grammar.ts";
import type { Ask, AuditLine, Reply } from "../../../../src/platforms/platform.ts";
import { isFileAddress } from "../../../../src/platforms/teams/in/attachments.ts";
import type { AuthenticationOptions } from "../../../../src/platforms/teams/in/authenticate.ts";
import { openTeamsIn, type TeamsIn } from "../../../../src/platforms/teams/in/open.ts";
import { createConversations } from "../../../../src/store/conversations.ts";
import { useTestRedis } from "../../../support/redis-client.ts";
import { startTeams, type Teams } from "../../../support/teams/start.ts";
import { until } from "../../slack/in/harness.ts";

const store = useTestRedis();
const working: Reply = { status: "working", say: "Working on it." };
const notTaken: Reply = { status: "not_taken", say: "Ask again in a moment." };
const asks: Ask[] = [];
const audits: AuditLine[] = [];
const notices: string[] = [];
const said: string[] = [];
let reply: Reply = working;
let teams: Teams;
let teamsIn: TeamsIn;
let close: () => void;

beforeAll(async () => {
  const tenant = randomUUID();
  teams = await startTeams({ appId: randomUUID(), appPassword: "a password", tenant });
  const { authority, issuer, openIdUrl, serviceHosts, appId } = teams.config as unknown as AuthenticationOptions;
  teamsIn = openTeamsIn({
    ...{ appId, tenantId: tenant, issuer, openIdUrl, authority, serviceHosts, scope: "https://api.botframework.com" },
    take: async (ask) => {
      asks.push(ask);
      return reply;
    },
    audit: (line) => audits.push(line),
    conversations: createConversations(store.redis, "{test}"),
    consent: {
      ...{ find: async () => undefined, showFile: async () => undefined, sayNow: async () => undefined },
      log: { warn: () => undefined },
    },
    notice: async (_, say) => void notices.push(say),
    sayNow: async (_, say) => void said.push(say),
    log: { info: () => undefined, warn: () => undefined },
  });
  const server = createServer(teamsIn.requestListener).listen(0, "127.0.0.1");
  await once(server, "listening");
  teams.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`);
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  await until(() => teamsIn.ready());
}, 60_000);

afterAll(async () => {
  await teamsIn.close();
  close();
  await teams[Symbol.asyncDispose]();
});

beforeEach(() => {
  for (const list of [asks, audits, notices, said]) list.length = 0;
  teams.faults.clear();
  reply = working;
});

const policy = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: closed
spec:
  endpointSelector:
    matchLabels:
      class: "deathstar"
  ingress:
    - {}
`;

function parsed() {
  const asked = asks.at(-1)?.asked ?? { button: "" };
  const read = parseCommand("text" in asked ? asked.text : "", { clusters: ["lab"], defaultCluster: "lab" });
  if (!read.ok) throw new Error(read.say);
  const { policies, target } = read.args as {
    readonly policies: readonly { readonly name: string; readonly spec: unknown }[];
    readonly target?: { readonly name?: string };
  };
  return { policies: policies.map(({ name, spec }) => ({ name, spec })), target: target?.name };
}

const spec = { endpointSelector: { matchLabels: { class: "deathstar" } }, ingress: [{}] };

test("in a personal chat the file's text is the policy", async () => {
  const attachments = [teams.sendFile({ name: "closed.yaml", body: policy })];
  const sent = await teams.say(
    "whatif deathstar",
    { in: teams.addConversation("personal") },
    { activity: { attachments } },
  );
  await until(() => asks.length === 1);
  expect(sent.status).toBe(200);
  expect(parsed()).toEqual({ policies: [{ name: "closed", spec }], target: "deathstar" });
  expect(notices).toEqual([]);
});

test("the acknowledgement does not wait for the file, and what is not taken in the end is said", async () => {
  reply = notTaken;
  teams.faults.add({ methods: ["file"], faults: [{ fault: "slow", ms: 2_000 }] });
  const attachments = [teams.sendFile({ name: "closed.yaml", body: policy })];
  const sent = await teams.say("whatif", { in: teams.addConversation("personal") }, { activity: { attachments } });
  expect([sent.status, asks]).toEqual([200, []]);
  await until(() => said.length === 1);
  expect(said).toEqual([notTaken.say]);
  expect(asks.map(({ repeats }) => repeats)).toEqual([true, true, false]);
});

test("a file in a channel is asked to be pasted, and one elsewhere is not fetched", async () => {
  const html = { contentType: "text/html", content: '<p>whatif</p><attachment id="1"></attachment>' };
  await teams.say("whatif", { in: teams.addConversation("channel") }, { activity: { attachments: [html] } });
  await until(() => notices.length === 1);
  const attachments = [teams.sendFile({ name: "a.yaml", body: policy, url: "https://files.example/a.yaml" })];
  await teams.say("whatif", { in: teams.addConversation("personal") }, { activity: { attachments } });
  await until(() => notices.length === 2);
  expect(notices).toEqual([
    expect.stringMatching(/^Teams gives this bot files in a personal chat alone\. Paste/),
    expect.stringMatching(/^a\.yaml is kept where this bot does not read/),
  ]);
  expect(asks).toEqual([]);
  expect(audits).toMatchObject([{ platform: "teams", reason: "file" }, { reason: "file" }]);
});

test("a code block keeps its lines, as HTML and as plain text", async () => {
  const lines = policy.trim().replaceAll('"', "&quot;").replaceAll(" ", "&nbsp;").split("\n").join("<br>");
  const mention = '<span itemtype="http://schema.skype.com/Mention" itemid="0">Cilium</span>';
  const content = `<p>${mention}&nbsp;whatif deathstar</p><codeblock class="Yaml"><code>${lines}</code></codeblock>`;
  const activity = { attachments: [{ contentType: "text/html", content }] };
  await teams.say(
    "whatif deathstar apiVersion: cilium.io/v2 kind:",
    { in: teams.addConversation("channel") },
    { activity },
  );
  expect(parsed()).toEqual({ policies: [{ name: "closed", spec }], target: "deathstar" });

  await teams.say(`whatif deathstar\r\n${policy.replaceAll("  ", "\u00a0 ")}`, {
    in: teams.addConversation("groupChat"),
  });
  expect(parsed()).toEqual({ policies: [{ name: "closed", spec }], target: "deathstar" });
});

test("addresses of files are Microsoft's, or of the service itself", () => {
  const service = "https://smba.trafficmanager.net/emea/";
  const allowed = (address: string) => isFileAddress(new URL(address), service);
  expect(allowed("https://contoso-my.sharepoint.com/personal/a/_layouts/15/download.aspx?x=1")).toBe(true);
  expect(allowed("https://smba.trafficmanager.net/file")).toBe(true);
  for (const address of [
    "http://a.sharepoint.com/",
    "https://asharepoint.com/",
    "https://10.0.0.1/",
    "https://a.sharepoint.com.example/",
  ])
    expect(allowed(address)).toBe(false);
});
