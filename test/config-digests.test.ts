import { expect, test } from "vitest";
import { checkConfig } from "../src/config.ts";

const slack = { mode: "socket", botToken: "xoxb-1", appToken: "xapp-1" };
const base = { clusters: [{ name: "prod" }], slack, channels: [{ match: "slack:C0123", clusters: ["*"] }] };
const problem = (digest: object, rest: object = base) => {
  try {
    checkConfig({ ...rest, digests: [digest] });
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test("a channel alone has a digest every day at 09:00 UTC", () => {
  const { digests } = checkConfig({ ...base, digests: [{ channel: "slack:C0123" }] });
  const all = { weekdays: false, weekly: false, namespaces: [], clusters: [] };
  expect(digests).toEqual([{ channel: "slack:C0123", at: 540, zone: "UTC", ...all }]);
});

test.each([
  [{ channel: "#general" }, "must name a channel by its id"],
  [{ channel: "slack:C0123", at: "9am" }, "must be a time of day such as 09:00"],
  [{ channel: "slack:C0123", zone: "Seoul" }, "must be the name of a time zone such as Asia/Seoul"],
  [{ channel: "slack:C0123", weekly: true, weekdays: true }, "set weekdays or weekly"],
  [{ channel: "slack:C0123", clusters: ["stage"] }, 'there is no cluster "stage"; clusters: prod'],
  [{ channel: "slack:C0123", namespaces: ["*"] }, "must be the name of a namespace in full"],
  [{ channel: "teams:19:x@thread.tacv2" }, "it goes to teams, which is not set"],
])("%j is refused", (digest, said) => {
  expect(problem(digest)).toContain(said);
});
