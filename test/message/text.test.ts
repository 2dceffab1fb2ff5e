import { expect, test } from "vitest";
import { inlineText, messageText } from "../../src/message/text.ts";
import { everyBlock, hostileMessage } from "../fixtures/messages.ts";

test("a message as text has every block, a line per row, and no markup", () => {
  expect(messageText(everyBlock)).toBe(
    [
      "deathstar: 312 packets dropped in 10m, policy denied",
      "default/xwing → default/deathstar:80/TCP is denied on ingress by default deny, see the policy guide (https://docs.cilium.io/en/stable/security/policy/).",
      "Drops over time",
      "Policy denied: 141 packets, at most 34 in 30s",
      "By direction: ingress 300, egress 12",
      "Selects: org=empire, and everything else that has a long enough list of labels to need a second line of text",
      "A name that is longer than a third of a line: stands above its value",
      "Dropped packets",
      "Source → destination | Reason | Packets",
      "default/xwing → default/deathstar:80/TCP | Policy denied | 1,300",
      "shop/漢字 → é😀:443/TCP | CT: Map insertion failed | 12",
      "3 more pairs, 7 packets",
      "Source → destination | Request | Answer | Count",
      "load/client-0-with-a-rather-long-workload-name → payments/ledger-database-primary | POST /v1/transfers | HTTP 403 | 4",
      "a/b → c/d | GET / |  | 1",
      "Hubble",
      "hubble observe --type drop --since 2026-11-20T03:04:05Z --until 2026-11-20T03:14:05Z --pod default/deathstar-8c4c77fb7-",
      "hubble status",
      "Did you mean one of these?",
      "Type one of these:",
      "default/deathstar: drops default/deathstar",
      "look back 1h: drops deathstar --since 1h",
      "40 packets of normal noise left out; --all lists them.",
      "Coverage: 2/3 nodes answered, missing k8s-w1; flows reach back to 03:10:45 UTC only, 3m20s of 10m; no events lost.",
      "Coverage: 3/3 nodes answered.",
    ].join("\n"),
  );
});

test("a message as text is at most as long as asked", () => {
  const text = messageText(everyBlock, 60);
  expect(text).toHaveLength(60);
  expect(text.endsWith("…")).toBe(true);
});

test("strangers' strings are safe in it", () => {
  expect(messageText(hostileMessage).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
});

test("a link says where it goes", () => {
  expect(inlineText({ link: "here", href: "https://example.com" })).toBe("here (https://example.com)");
});
