import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkConfig, configWarnings, redactConfig } from "../src/config.ts";

const appId = "0f5b3cc2-7d7a-4d2e-9a58-2f3cf3b0a001";
const tenantId = "0f5b3cc2-7d7a-4d2e-9a58-2f3cf3b0a002";
const appPassword = "canary~secret";

function config(teams: object, over: object = {}) {
  return checkConfig({
    clusters: [{ name: "lab", hubble: { address: "127.0.0.1:4245" } }],
    channels: [{ match: "teams:dm", clusters: ["*"] }],
    teams,
    ...over,
  });
}

test("a single tenant's bot, with its secret as a value or in a file", () => {
  expect(config({ appId, tenantId, appPassword }).teams).toMatchObject({
    ...{ appId, tenantId, appPassword, appType: "SingleTenant", charts: "native" },
    ...{ authority: "https://login.microsoftonline.com", issuer: "https://api.botframework.com" },
  });
  const directory = mkdtempSync(join(tmpdir(), "cilium-chatops-config-"));
  const appPasswordFile = join(directory, "password");
  writeFileSync(appPasswordFile, `${appPassword}\n`, { mode: 0o644 });
  const read = config({ appId, tenantId, appPasswordFile });
  const warnings = configWarnings(read);
  rmSync(directory, { recursive: true });

  expect(read.teams?.appPassword).toBe(appPassword);
  expect(warnings.join()).toContain("teams.appPasswordFile");
  expect(redactConfig(read)).toMatchObject({ teams: { appId, appPasswordFile } });
});

test("what is shown of it holds no secret", () => {
  const shown = JSON.stringify(redactConfig(config({ appId, tenantId, appPassword })));
  expect(shown).not.toContain("canary");
  expect(shown).toContain(appId);
});

test("a managed identity needs no secret, a bot of no tenant no tenant", () => {
  expect(config({ appId, tenantId, appType: "UserAssignedMSI" }).teams?.appPassword).toBe("");
  expect(config({ appId, appPassword, appType: "MultiTenant" }).teams?.tenantId).toBe("");
});

test("without an app id it listens on 127.0.0.1 or does not start", () => {
  expect(() => config({})).toThrow(/teams\.appId/);
  for (const host of ["0.0.0.0", "::1", "localhost", "127.0.0.2"])
    expect(() => config({}, { http: { host } })).toThrow(/without it anybody could ask/);
  expect(config({}, { http: { host: "127.0.0.1" } }).teams?.appId).toBe("");
});

test.each([
  [{ appId, appPassword }, /is missing: appType SingleTenant/],
  [{ appId, tenantId }, /TEAMS_APP_PASSWORD/],
  [{ appId: "cilium", tenantId, appPassword }, /must be an id/],
  [{ appId, tenantId, appPassword: tenantId }, /the secret's id/],
  [{ appId, tenantId, appPassword, authority: "http://login.example" }, /https/],
  [{ appId, tenantId, appPassword, serviceHosts: ["https://smba"] }, /host name/],
  [{ appId, tenantId, appPassword, scope: "https://api.botframework.com" }, /\.default/],
])("%j is refused with what to set instead", (teams, expected) => {
  expect(() => config(teams)).toThrow(expected);
});

test("somewhere in Teams has to be answered", () => {
  expect(() => config({ appId, tenantId, appPassword }, { channels: [] })).toThrow(/teams:dm/);
});
