import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Activity } from "../../../../src/platforms/teams/in/activity.ts";
import { type AuthenticationOptions, createAuthentication } from "../../../../src/platforms/teams/in/authenticate.ts";
import { startTeams, type Teams } from "../../../support/teams/start.ts";
import type { Claims, Forged } from "../../../support/teams/tokens.ts";

const [appId, tenantId] = [randomUUID(), randomUUID()];
let teams: Teams;
beforeAll(async () => {
  teams = await startTeams({ appId, appPassword: "secret", tenant: tenantId });
});
afterAll(() => teams[Symbol.asyncDispose]());

function authentication(over: Partial<AuthenticationOptions> = {}) {
  const { origin } = new URL(teams.serviceUrl);
  return createAuthentication({
    ...{ appId, tenantId, issuer: "https://api.botframework.com", openIdUrl: `${origin}/openid` },
    ...{ authority: `${origin}/login`, scope: "https://api.botframework.com/.default", serviceHosts: ["127.0.0.1"] },
    ...over,
  });
}

function token(claims: Partial<Claims> = {}, forged?: Forged): string {
  const now = Math.floor(Date.now() / 1_000);
  const issued = { iss: "https://api.botframework.com", aud: appId, serviceurl: teams.serviceUrl };
  return `Bearer ${teams.signer.token({ ...issued, exp: now + 60, nbf: now - 60, ...claims }, forged)}`;
}

const activity = (serviceUrl = teams.serviceUrl) =>
  Activity.parse({
    ...{ type: "message", id: "1", channelId: "msteams", serviceUrl },
    ...{ from: { id: "29:a" }, recipient: { id: "28:b" }, conversation: { id: "a:1" } },
  });

test("Teams is let in, and its keys are asked for once", async () => {
  const { check } = authentication();
  expect(await check(activity(), token())).toEqual({ from: "teams" });
  expect(await check(activity(), token())).toEqual({ from: "teams" });
  expect(teams.calls("keys")).toHaveLength(1);
});

test("the signature is what counts", async () => {
  const { check } = authentication();
  expect(await check(activity(), token({}, "another key"))).toEqual({ from: "stranger", reason: "bad_token" });
  const [head, , signature] = token().split(".");
  const claims = { iss: "https://api.botframework.com", aud: appId, serviceurl: teams.serviceUrl, exp: 9_999_999_999 };
  const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
  expect(await check(activity(), forged)).toEqual({ from: "stranger", reason: "bad_token" });
});

test("the clock may differ by five minutes", async () => {
  const { check } = authentication();
  const now = Math.floor(Date.now() / 1_000);
  expect(await check(activity(), token({ exp: now - 200 }))).toEqual({ from: "teams" });
  expect(await check(activity(), token({ exp: now - 400 }))).toMatchObject({ reason: "expired" });
});

test("without the keys nobody can tell, which is no reason to let anybody in", async () => {
  const { check } = authentication({ openIdUrl: "http://127.0.0.1:9/openid" });
  expect(await check(activity(), token())).toEqual({ from: "unknown", reason: "keys" });
});

test("without an app id nobody is checked, but messages stay on this machine", async () => {
  const { check } = authentication({ appId: "" });
  expect(await check(activity(), "")).toEqual({ from: "teams" });
  expect(await check(activity("https://smba.trafficmanager.net/emea/"), "")).toMatchObject({ reason: "other_service" });
});

test.each(["", "Bearer", "Bearer a.b", "Bearer a.b.c", `Bearer ${"e30.".repeat(9_000)}`, "bearer e30.e30.e30"])(
  "%.20s is no token",
  async (authorization) => {
    expect(await authentication().check(activity(), authorization)).toMatchObject({ from: "stranger" });
  },
);
