/** Golden files: what a reader would see, kept to be read. `UPDATE_GOLDEN=1` rewrites them; then read the difference. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";

export interface GoldenFolder {
  /** Compares with `<folder>/<name>.txt`, or with the extension given. */
  expect(name: string, actual: string): void;
  /** Every file of the folder has been compared with. */
  expectNoOthers(): void;
}

export function goldenFolder(folder: string, extension = "txt"): GoldenFolder {
  const root = join(import.meta.dirname, folder);
  const seen = new Set<string>();
  return {
    expect(name, actual) {
      const file = join(root, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.${extension}`);
      seen.add(file);
      if (process.env["UPDATE_GOLDEN"] === "1") {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, actual);
      }
      expect(existsSync(file), `${file} is missing: run with UPDATE_GOLDEN=1 and read it`).toBe(true);
      expect(actual).toBe(readFileSync(file, "utf8"));
    },
    expectNoOthers() {
      const files = readdirSync(root).map((name) => join(root, name));
      expect(files.filter((file) => !seen.has(file))).toEqual([]);
    },
  };
}
