import { describe, expect, test } from "vitest";
import { readSearchPath } from "../../../src/analysis/l7/search-path.ts";

const found = (name: string) => ({ name, exists: true, missing: false });
const missing = (name: string) => ({ name, exists: false, missing: true });
const noiseOf = (...args: Parameters<typeof readSearchPath>) => Object.fromEntries(readSearchPath(...args).noise);
const typedOf = (...args: Parameters<typeof readSearchPath>) => Object.fromEntries(readSearchPath(...args).typed);

describe("noise", () => {
  test("is what was tried before a name of the world was found", () => {
    const asked = [
      missing("api.example.com.shop.svc.cluster.local"),
      missing("api.example.com.svc.cluster.local"),
      missing("api.example.com.cluster.local"),
      missing("api.example.com.eu-west-1.compute.internal"),
      found("api.example.com"),
    ];
    expect(noiseOf(asked, "shop")).toEqual(
      Object.fromEntries(asked.slice(0, 4).map(({ name }) => [name, "api.example.com"])),
    );
  });

  test("is what was tried before a service of another namespace was found", () => {
    const asked = [missing("ledger.payments.shop.svc.cluster.local"), found("ledger.payments.svc.cluster.local")];
    expect(noiseOf(asked, "shop")).toEqual({
      "ledger.payments.shop.svc.cluster.local": "ledger.payments.svc.cluster.local",
    });
  });

  test("knows the cluster's own domain from names", () => {
    const asked = [found("db.shop.svc.k8s.example"), missing("api.example.com.k8s.example"), found("api.example.com")];
    expect(noiseOf(asked, "shop")).toEqual({ "api.example.com.k8s.example": "api.example.com" });
  });

  test("is not a service that does not exist, nor a name that only begins like another", () => {
    const asked = [
      missing("ledgr.shop.svc.cluster.local"),
      missing("api.example.community"),
      missing("example.com"),
      found("api.example.com"),
      found("ledger.shop.svc.cluster.local"),
    ];
    expect(noiseOf(asked, "shop")).toEqual({});
  });

  test("is not what another namespace's pods would try", () => {
    expect(noiseOf([missing("api.example.com.other.svc.cluster.local")], "shop")).toEqual({});
  });

  test("is not a name that was found after all", () => {
    const both = { name: "api.example.com.cluster.local", exists: true, missing: true };
    expect(noiseOf([both, found("api.example.com")], "")).toEqual({});
  });
});

describe("a name that no form of exists", () => {
  test("is told by what was typed", () => {
    const asked = [
      "api.gihub.com.shop.svc.cluster.local",
      "api.gihub.com.svc.cluster.local",
      "api.gihub.com.cluster.local",
      "api.gihub.com",
    ];
    expect(typedOf(asked.map(missing), "shop")).toEqual(
      Object.fromEntries(asked.map((name) => [name, "api.gihub.com"])),
    );
  });

  test("stays as asked when it was asked in one form only", () => {
    expect(typedOf([missing("api.gihub.com.shop.svc.cluster.local"), missing("other.example")], "shop")).toEqual({});
  });
});
