import { expect, test } from "vitest";
import type { Flow } from "../../../src/analysis/flow.ts";
import { createTranslations } from "../../../src/analysis/trace/translations.ts";
import { endpoint, makeFlow } from "../../fixtures/flows/make.ts";

const node = "192.168.10.101";
const connection = { protocol: "TCP", sourcePort: 40_000, destinationPort: 80, isReply: false } as const;
const asNode = (time: number): Flow =>
  makeFlow({ ...connection, time, sourceIp: node, source: endpoint({ identity: 6 }) });
const details = { hasIp: true, authType: 0, socketPoint: 0, capturePoint: 0, ethernet: undefined, stamp: null };
const asPod = (time: number): Flow =>
  makeFlow({ ...connection, time, sourceIp: "10.0.1.5", details: { ...details, sourceXlated: node } });

test("what waits for its client is not crowded out by an earlier use of the same port", () => {
  const translations = createTranslations();
  for (let at = 0; at < 20; at++) expect(translations.original(asNode(1_000 + at))).toBeUndefined();
  expect(translations.original(asNode(300_000))).toBeUndefined();
  const found = translations.learn(asPod(300_001));
  expect(found.map(({ time, sourceIp }) => [time, sourceIp])).toEqual([[300_000, "10.0.1.5"]]);
});
