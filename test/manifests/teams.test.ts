import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import schema from "@microsoft/app-manifest/build/json-schemas/teams/v1.29/MicrosoftTeams.schema.json" with {
  type: "json",
};
import Ajv from "ajv-draft-04";
import { describe, expect, test } from "vitest";
import { commands } from "../../src/commands/index.ts";
import { teamsApp } from "./teams-package.ts";

const root = join(import.meta.dirname, "../..");
const text = readFileSync(join(root, "manifests/teams/manifest.json"), "utf8");
const manifest = JSON.parse(text) as Manifest;
const validate = new Ajv.default({ strict: false, allErrors: true, formats: { uri: true } }).compile(schema);
const errorsOf = (value: unknown) =>
  validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

interface Manifest {
  readonly version: string;
  readonly icons: { readonly color: string; readonly outline: string };
  readonly bots: readonly {
    readonly scopes: readonly string[];
    readonly supportsTargetedMessages: boolean;
    readonly commandLists: readonly {
      readonly scopes: readonly string[];
      readonly triggers?: readonly string[];
      readonly commands: readonly { readonly title: string; readonly description: string }[];
    }[];
  }[];
}

describe("the Teams manifest", () => {
  test("is one that the vendor's published schema takes", () => {
    expect(errorsOf(manifest)).toEqual([]);
  });

  test("a manifest that the schema refuses is refused here", () => {
    expect(errorsOf({ ...manifest, name: { short: "c".repeat(31) } })).toEqual([
      "/name/short must NOT have more than 30 characters",
    ]);
    expect(errorsOf({ ...manifest, slash: true })).toEqual([" must NOT have additional properties"]);
    expect(errorsOf({ ...manifest, id: "cilium" })).toHaveLength(1);
  });

  const [bot] = manifest.bots;

  test("has a list of commands for each scope, each of them a command that is typed", () => {
    expect(bot?.commandLists.flatMap(({ scopes }) => scopes).toSorted((a, b) => a.localeCompare(b))).toEqual(
      bot?.scopes.toSorted((a, b) => a.localeCompare(b)),
    );
    for (const list of bot?.commandLists ?? []) {
      const names = list.commands.map(({ title }) => title);
      expect(names.length).toBeGreaterThan(2);
      expect(names[0]).toBe("help");
      expect(names.filter((name) => !Object.hasOwn(commands, name) || name === "cancel")).toEqual([]);
    }
  });

  test("has slash entries where others read along", () => {
    expect(bot?.supportsTargetedMessages).toBe(true);
    expect(bot?.commandLists.map(({ scopes, triggers }) => [scopes[0], triggers])).toEqual([
      ["personal", undefined],
      ["team", ["mention", "slash"]],
      ["groupChat", ["mention", "slash"]],
    ]);
  });

  test("has the version of the program", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(manifest.version).toBe(version);
  });
});

describe("the package", () => {
  const appId = "12345678-90ab-cdef-1234-567890abcdef";
  const files = unpacked(teamsApp({ appId, host: "bots.shop.example" }));

  test("has the manifest with the bot's id and host, and still as the schema wants it", () => {
    const packed = JSON.parse(files.get("manifest.json")?.toString() ?? "") as Record<string, unknown>;
    expect(packed).toMatchObject({
      id: appId,
      bots: [{ botId: appId }],
      developer: { websiteUrl: "https://bots.shop.example" },
    });
    expect(errorsOf(packed)).toEqual([]);
    expect(JSON.stringify(packed)).not.toContain("00000000");
  });

  test("has the icons that the manifest names, as large as Teams wants them", () => {
    expect([...files.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual([
      "color.png",
      "manifest.json",
      "outline.png",
    ]);
    expect(sizeOf(files.get(manifest.icons.color))).toEqual([192, 192]);
    expect(sizeOf(files.get(manifest.icons.outline))).toEqual([32, 32]);
  });

  test("is the same every time", () => {
    const [one, other] = [teamsApp({ appId, host: "a.example" }), teamsApp({ appId, host: "a.example" })];
    expect(one.equals(other)).toBe(true);
  });
});

/** As a reader of zip files does it: from the end to the directory, and from there to each file. Also read by `unzip -t` and Python's zipfile, by hand. */
function unpacked(archive: Buffer): ReadonlyMap<string, Buffer> {
  const end = archive.lastIndexOf("PK\x05\x06", undefined, "latin1");
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    expect(archive.toString("latin1", at, at + 4)).toBe("PK\x01\x02");
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString("latin1", at + 46, at + 46 + nameLength);
    const file = archive.readUInt32LE(at + 42);
    expect(archive.toString("latin1", file, file + 4)).toBe("PK\x03\x04");
    expect(archive.subarray(file + 4, file + 30).equals(archive.subarray(at + 6, at + 32))).toBe(true);
    const start = file + 30 + nameLength;
    const body = archive.subarray(start, start + archive.readUInt32LE(at + 24));
    expect(archive.readUInt32LE(at + 16)).toBe(crc32(body));
    files.set(name, body);
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return files;
}

/** From the header of a PNG. */
function sizeOf(png: Buffer | undefined): readonly number[] {
  expect(png?.subarray(1, 4).toString("latin1")).toBe("PNG");
  return [png?.readUInt32BE(16) ?? 0, png?.readUInt32BE(20) ?? 0];
}
