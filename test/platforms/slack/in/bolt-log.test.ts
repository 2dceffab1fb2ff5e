import { expect, test } from "vitest";
import { boltLog } from "../../../../src/platforms/slack/in/bolt-log.ts";

function logged(write: (log: ReturnType<typeof boltLog>) => void): unknown[] {
  const lines: unknown[] = [];
  const keep = (facts: object, text: string) => lines.push({ ...facts, text });
  write(boltLog({ info: keep, warn: keep }));
  return lines;
}

test.each([
  [`Malformed request body: Unexpected token 'c', "canary" is not valid JSON`, "Malformed request body"],
  ["Failed to retrieve a new WSS URL (error: canary)", "Failed to retrieve a new WSS URL"],
  ["WebSocket error! Error: canary", "WebSocket error! Error"],
  ["A pong wasn't received before the timeout of 5000ms!", "A pong wasn't received before the timeout of 5000ms!"],
])("of %s only the library's own words are kept", (said, kept) => {
  expect(logged((log) => log.warn(said))).toEqual([{ said: kept, text: "Slack library" }]);
});

test("objects and what is not a warning are left out", () => {
  const secret = { token: "xoxb-canary" };
  const lines = logged((log) => {
    log.error("Slack API error: x", secret);
    log.error(new TypeError("canary"));
    log.error(secret);
    log.info("canary");
    log.debug("canary");
  });
  expect(lines).toHaveLength(3);
  expect(JSON.stringify(lines)).not.toContain("canary");
});
