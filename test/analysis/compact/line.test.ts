import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { compactLine } from "../../../src/analysis/compact/line.ts";
import type { Flow } from "../../../src/analysis/flow.ts";
import { redactFlow } from "../../../src/analysis/redact.ts";
import { createDecoder } from "../../../src/sources/hubble/decode.ts";
import { createLineReader } from "../../../src/sources/hubble/json.ts";
import { makeFlow } from "../../fixtures/flows/make.ts";
import { encodeLine, sampleLines } from "../../fixtures/flows/samples.ts";
import { hostileFlow, readFlow } from "./flows.ts";

const usual = { node: false, numeric: false };

/** What `hubble observe` 1.17 printed for each of the samples: usual, with --print-node-name, with --numeric. */
const recorded = gunzipSync(readFileSync(new URL("../../fixtures/flows/compact.jsonl.gz", import.meta.url)))
  .toString("utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { line: string; node: string; numeric: string });

/** The secrets in two of them, and what stands there in our lines. */
const cuts: readonly (readonly [string, string])[] = [
  ["?next=%2Fv1%2Fhangar%3Fid%3D7#frag-TRUTHSECRET6", "?…"],
  ["rebel:Tr3ason-Pa55@", ""],
  ["?token=eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.sig&user=luke", "?…"],
];
const withoutSecrets = (line: string) => cuts.reduce((text, [secret, cut]) => text.replace(secret, cut), line);

describe.each([
  ["JSON", (line: string) => readFlow((sink) => createLineReader().read(line, sink))],
  ["the wire", (line: string) => readFlow((sink) => createDecoder({ everything: true }).read(encodeLine(line), sink))],
])("flows from %s", (_, read) => {
  test("are the 260 lines that the CLI printed, secrets apart", () => {
    const flows = sampleLines.map(read);
    const print = (node: boolean, numeric: boolean) =>
      flows.map((flow) => compactLine(redactFlow(flow), { node, numeric }));
    expect(recorded).toHaveLength(260);
    expect(print(false, false)).toEqual(recorded.map(({ line }) => withoutSecrets(line)));
    expect(print(true, false)).toEqual(recorded.map(({ node }) => withoutSecrets(node)));
    expect(print(false, true)).toEqual(recorded.map(({ numeric }) => withoutSecrets(numeric)));
  });
});

test("two of the recorded lines hold secrets, so the comparison is one of lines as they are", () => {
  expect(recorded.filter(({ line }) => withoutSecrets(line) !== line)).toHaveLength(2);
});

/** `TIME: source ARROW destination TYPE VERDICT (summary)` from hand-made records; the summary says what is special. */
const time = "2025-07-20T03:30:15.1009Z";
const at = "Jul 20 03:30:15.100: ";
const ends = "10.0.0.1:1234 (host) -> 10.0.0.2:80 (world) ";
const corners: readonly (readonly [json: object, line: string])[] = [
  [
    { source: { namespace: "a", pod_name: "pod" }, source_service: { name: "s", namespace: "b" } },
    "b/pod:1234 (unknown) -> 10.0.0.2:80 (world) to-endpoint FORWARDED",
  ],
  [{ source: { pod_name: "pod" } }, "pod:1234 (unknown) -> 10.0.0.2:80 (world) to-endpoint FORWARDED"],
  [
    { source: {}, source_service: { name: "svc" }, source_names: ["x.example"] },
    "svc:1234 (unknown) -> 10.0.0.2:80 (world) to-endpoint FORWARDED",
  ],
  [
    { source: {}, source_names: ["x.example", "y.example"] },
    "x.example,y.example:1234 (unknown) -> 10.0.0.2:80 (world) to-endpoint FORWARDED",
  ],
  [{ l4: { TCP: { source_port: 0 } } }, "10.0.0.1 (host) -> 10.0.0.2 (world) to-endpoint FORWARDED"],
  [{ l4: { ICMPv4: { type: 3 } } }, "10.0.0.1 (host) -> 10.0.0.2 (world) to-endpoint FORWARDED"],
  [
    { IP: { source: "fd00::1", destination: "fd00::2" } },
    "[fd00::1]:1234 (host) -> [fd00::2]:80 (world) to-endpoint FORWARDED",
  ],
  [
    { IP: { source: "fd00::1", destination: "fd00::2" }, l4: {} },
    "fd00::1 (host) -> fd00::2 (world) to-endpoint FORWARDED",
  ],
  [{ IP: {} }, ":1234 (host) -> :80 (world) to-endpoint FORWARDED"],
  [{ IP: undefined }, " (host) ->  (world) to-endpoint FORWARDED"],
  [{ event_type: { type: 4, sub_type: 77 } }, `${ends}77 FORWARDED`],
  [{ event_type: { type: 1 }, verdict: "DROPPED" }, `${ends}Success DROPPED`],
  [{ event_type: { type: 1, sub_type: 11 }, verdict: "DROPPED" }, `${ends}Missed tail call to custom program DROPPED`],
  [{ event_type: { type: 1, sub_type: 222 }, verdict: "DROPPED" }, `${ends}222, 0 DROPPED`],
  [
    { event_type: { type: 5 }, policy_match_type: 9 },
    `${ends}policy-verdict:unknown TRAFFIC_DIRECTION_UNKNOWN ALLOWED`,
  ],
  [
    { event_type: { type: 5 }, verdict: "ERROR", traffic_direction: "EGRESS" },
    `${ends}policy-verdict:none EGRESS DENIED`,
  ],
  [
    { event_type: { type: 5 }, verdict: "TRACED", policy_match_type: 6, traffic_direction: "EGRESS" },
    `${ends}policy-verdict:Proto-Only EGRESS TRACED`,
  ],
  [{ event_type: { type: 3 }, debug_capture_point: "DBG_CAPTURE_DELIVERY" }, `${ends}DBG_CAPTURE_DELIVERY FORWARDED`],
  [{ event_type: { type: 7 } }, `${ends}SOCK_XLATE_POINT_UNKNOWN FORWARDED`],
  [{ event_type: { type: 99 } }, `${ends}UNKNOWN FORWARDED`],
  [{ l7: { type: "REQUEST" } }, `${ends}l7-request FORWARDED`],
  [{ l7: { type: "SAMPLE", http: {} } }, `${ends}http-sample FORWARDED`],
  [{ l7: { http: {} } }, `${ends}http-unknown_l7_type FORWARDED`],
  [{ l7: { type: "REQUEST", dns: {} } }, `${ends}dns-request  FORWARDED`],
  [{ l7: { type: "RESPONSE", dns: { observation_source: "agent" } } }, `${ends}dns-response agent FORWARDED`],
  [{ verdict: undefined }, `${ends}to-endpoint VERDICT_UNKNOWN`],
  [{ verdict: 9 }, `${ends}to-endpoint 9`],
  [{ verdict: "REDIRECTED" }, `${ends}to-endpoint REDIRECTED`],
  [{ verdict: "AUDIT" }, `${ends}to-endpoint AUDIT`],
  [{ is_reply: undefined, reply: true }, `${ends.replace("->", "<>")}to-endpoint FORWARDED`],
  [
    { source: { identity: 11 }, destination: { identity: 16777216 } },
    "10.0.0.1:1234 (ID:11) -> 10.0.0.2:80 (ID:16777216) to-endpoint FORWARDED",
  ],
  [
    { source: { identity: 8 }, destination: { identity: 10 } },
    "10.0.0.1:1234 (ingress) -> 10.0.0.2:80 (world-ipv6) to-endpoint FORWARDED",
  ],
];

test.each(corners)("%j", (change, line) => {
  expect(compactLine(corner(change), usual)).toBe(`${at}${line} (special)`);
});

test("a flow without a time, and one with a kind of authentication", () => {
  expect(compactLine(corner({ time: undefined }), usual)).toBe(`N/A: ${ends}to-endpoint FORWARDED (special)`);
  expect(compactLine(corner({ auth_type: "TEST_ALWAYS_FAIL", Summary: "" }), usual)).toBe(
    `${at}${ends}to-endpoint FORWARDED (; Auth: TEST_ALWAYS_FAIL)`,
  );
});

test("digits past the milliseconds are cut, to the last nanosecond, and days have two places", () => {
  expect(compactLine(corner({ time: "2025-07-03T23:59:59.999999999Z" }), usual)).toMatch(/^Jul {2}3 23:59:59\.999: /);
  expect(compactLine(makeFlow({ time: Date.UTC(2026, 0, 1, 0, 0, 0, 7) }), usual)).toMatch(/^Jan {2}1 00:00:00\.007: /);
});

test("a long line is cut, and never inside a character", () => {
  const line = compactLine(corner({ Summary: "🚀".repeat(3_000) }), usual);
  expect(line.length).toBeLessThanOrEqual(1_000);
  expect(line).not.toMatch(/\p{Cs}/u);
  expect(line.endsWith("…")).toBe(true);
});

test("nothing that strangers write breaks the line, hides in it or moves a cursor", () => {
  const lines = Array.from({ length: 3_000 }, (_, seed) =>
    compactLine(hostileFlow(seed), { node: true, numeric: false }),
  );
  for (const line of lines) {
    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(line).toMatch(/^Nov 20 12:00:00\.000 \[/);
    expect(line.length).toBeLessThanOrEqual(1_000);
  }
  // What would have broken it is shown.
  for (const shown of ["\\n", "\\x1b", "\\u202e", "\\u2028"])
    expect(lines.some((line) => line.includes(shown))).toBe(true);
});

function corner(change: object): Flow {
  const record = {
    time,
    verdict: "FORWARDED",
    IP: { source: "10.0.0.1", destination: "10.0.0.2" },
    l4: { TCP: { source_port: 1234, destination_port: 80 } },
    source: { identity: 1 },
    destination: { identity: 2 },
    event_type: { type: 4 },
    is_reply: false,
    Summary: "special",
    ...change,
  };
  return readFlow((sink) => createLineReader().read(JSON.stringify({ flow: record }), sink));
}
