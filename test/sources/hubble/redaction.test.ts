import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createRedaction, type Redaction } from "../../../src/analysis/redact.ts";
import { openRecordedHubble } from "../../../src/sources/hubble/recorded.ts";
import type { DropsFinding, FlowListFinding, FlowListQuestion, FlowsQuestion } from "../../../src/sources/question.ts";
import { noon } from "../../fixtures/flows/make.ts";
import { packet, play, startRelay } from "../../fixtures/flows/relay.ts";
import { connected, hubbleAt, list, select, window } from "./asking.ts";

const directory = mkdtempSync(join(tmpdir(), "redaction-"));
afterAll(() => rmSync(directory, { recursive: true }));

const drops: FlowsQuestion = { source: "hubble", ask: "drops", cluster: "lab", select, window, top: 10 };

const url = "http://shop/v1/orders?page=2&user_id=4711";
const text = `denied ${url}`;
const lists = { allow: ["query:page"], deny: ["path:/v1/*"] };
const shownByDefault = ["/v1/orders?…", "http://shop/v1/orders?…"];
const shownByLists = ["/v1/…?page=2&…", "http://shop/v1/…?page=2&…"];

/** Each question once: the path among the refused requests, the policy's log, the line and the record. */
async function shown(answer: (question: FlowsQuestion | FlowListQuestion) => Promise<unknown>) {
  const sum = ((await answer(drops)) as DropsFinding).drops;
  const flows = ((await answer(list)) as FlowListFinding).flows ?? [];
  const all = JSON.stringify([sum, flows]);
  return {
    path: sum?.l7Denials[0]?.path,
    log: sum?.policyLogs[0],
    lines: flows.flatMap(({ line }) => (line?.includes("HTTP/1.1") ? [/GET (.*)\)$/.exec(line)?.[1]] : [])),
    urls: [...all.matchAll(/"url":"([^"]*)"/g)].map(([, found]) => found),
    secret: all.includes("4711"),
  };
}

function expected([path, whole]: readonly string[]) {
  return { path, log: `denied ${whole}`, lines: [whole], urls: [whole], secret: false };
}

describe("flows from Relay", () => {
  const { flow, ...rest } = packet(1_000);
  const http = { method: "GET", url, protocol: "HTTP/1.1" };
  const script = play(
    connected,
    {
      ...rest,
      flow: {
        ...flow,
        Type: 2,
        eventType: { type: 129 },
        dropReasonDesc: 0,
        l7: { type: 1, http },
        Summary: `HTTP/1.1 GET ${url}`,
      },
    },
    { ...rest, flow: { ...flow, eventType: { type: 5 }, policyLog: [text] } },
  );
  const ask = async (redaction?: Redaction) => {
    await using relay = await startRelay({ flows: script });
    const hubble = hubbleAt(relay.address, { redaction });
    return await shown((question) => hubble.answer(question, AbortSignal.timeout(5_000)));
  };

  test("are shown without queries", async () => {
    expect(await ask()).toEqual(expected(shownByDefault));
  });

  test("are shown as the configuration's lists say", async () => {
    expect(await ask(createRedaction(lists))).toEqual(expected(shownByLists));
  });
});

describe("recorded flows", () => {
  const file = join(directory, "flows.jsonl");
  const dropped = { time: new Date(noon + 1_000).toISOString(), verdict: "DROPPED", IP: { source: "10.0.0.1" } };
  const foreign = { name: "ledgers-own", namespace: "ledger", kind: "CiliumNetworkPolicy" };
  const ends = {
    source: { namespace: "payments", pod_name: "a" },
    destination: { namespace: "ledger", pod_name: "b" },
  };
  const records = [
    {
      ...dropped,
      event_type: { type: 129 },
      l7: { type: "REQUEST", http: { method: "GET", url } },
      Summary: `HTTP/1.1 GET ${url}`,
    },
    {
      ...dropped,
      ...ends,
      event_type: { type: 5 },
      traffic_direction: "INGRESS",
      ingress_denied_by: [foreign],
      policy_log: [text],
    },
  ];
  writeFileSync(file, records.map((flow) => JSON.stringify({ flow })).join("\n"));
  const open = async (redaction?: Redaction) => {
    const { answer } = await openRecordedHubble({ file, redaction });
    return (question: FlowsQuestion | FlowListQuestion) => answer(question, AbortSignal.timeout(5_000));
  };

  test("are shown without queries, or as the configuration's lists say", async () => {
    expect(await shown(await open())).toEqual(expected(shownByDefault));
    expect(await shown(await open(createRedaction(lists)))).toEqual(expected(shownByLists));
  });

  test("tell nothing of policies in namespaces that may not be seen", async () => {
    const answer = await open();
    const told = async (visible?: readonly string[]) =>
      JSON.stringify(await answer({ ...list, print: { ...list.print, json: true }, ...(visible && { visible }) }));
    for (const open of [await told(), await told(["ledger"])]) {
      expect(open).toContain("ledgers-own");
      expect(open).toContain("denied http://shop");
    }
    const narrow = await told(["payments"]);
    expect(narrow).toContain('"namespace":"payments"');
    expect(narrow).not.toMatch(/ledgers-own|denied http/);
  });
});
