import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { createPainter, type Look, type Painter, type PainterOptions } from "../../src/charts/painter.ts";
import { lines, specs, topFive } from "./specs.ts";

const painters: Painter[] = [];
afterAll(() => Promise.all(painters.map((painter) => painter.close())));

function open(options?: PainterOptions): Painter {
  const painter = createPainter(options);
  painters.push(painter);
  return painter;
}

const shared = open();
const fonts = join(dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")), "ttf");
/** From the header: signature, then the first chunk's width and height. */
const sizeOf = (png: Buffer) => `${png.toString("latin1", 1, 4)} ${png.readUInt32BE(16)}×${png.readUInt32BE(20)}`;

describe("a picture", () => {
  test.each([
    [800, 400],
    [801, 403],
    [333, 199],
    [360, 180],
    [1600, 800],
    [600, 1200],
  ])("has %i × %i pixels as asked", async (width, height) => {
    expect(sizeOf(await shared.paint(topFive, { width, height, theme: "dark" }))).toBe(`PNG ${width}×${height}`);
  });

  test("is 800 × 400 and light where nothing is asked", async () => {
    const look: Look = { width: 800, height: 400, theme: "light" };

    expect((await shared.paint(topFive)).equals(await shared.paint(topFive, look))).toBe(true);
    expect((await shared.paint(topFive)).equals(await shared.paint(topFive, { ...look, theme: "dark" }))).toBe(false);
  });

  test("has the same bytes again, after others and in another thread", async () => {
    const other = open();
    for (const name of ["top 5", "drops in columns", "memory in areas", "ranking of long names"]) {
      const spec = specs[name] ?? lines([]);
      const [first, second, third] = await Promise.all([shared.paint(spec), shared.paint(spec), other.paint(spec)]);

      expect(second.equals(first)).toBe(true);
      expect(third.equals(first)).toBe(true);
    }
  });

  test("has words: without its letters the same chart is another picture", async () => {
    const wordless = lines(
      topFive.series.map(({ points }) => ({ name: "", points })),
      { title: "" },
    );

    expect((await shared.paint(topFive)).length).toBeGreaterThan((await shared.paint(wordless)).length);
  });

  test.each(Object.keys(specs))("of %s is drawn", async (name) => {
    expect(sizeOf(await shared.paint(specs[name] ?? lines([])))).toBe("PNG 800×400");
  });
});

describe("the thread", () => {
  test("is where the chart library is: nothing that the painter imports loads it here", () => {
    const seen = new Set<string>();
    const packages = importsFrom(resolve(import.meta.dirname, "../../src/charts/painter.ts"), seen);

    expect([...packages].filter((name) => !name.startsWith("node:"))).toEqual([]);
    expect([...seen].some((file) => file.endsWith("errors.ts"))).toBe(true);
    // The same walk does see it where it is.
    const drawing = importsFrom(resolve(import.meta.dirname, "../../src/charts/drawing-thread.ts"), new Set());
    expect(drawing).toContain("@resvg/resvg-js");
    expect(Object.keys(createRequire(import.meta.url).cache ?? {}).filter((file) => file.includes("echarts"))).toEqual(
      [],
    );
  });

  test("ends when nothing was asked for a while, and a new one starts", async () => {
    const fontFolder = mkdtempSync(join(tmpdir(), "fonts-"));
    try {
      cpSync(fonts, fontFolder, { recursive: true });
      const [resting, kept] = [open({ fontFolder, idleMs: 1 }), open({ fontFolder })];
      await Promise.all([resting.paint(topFive), kept.paint(topFive)]);
      await wait(200);
      rmSync(fontFolder, { recursive: true });

      // Only a thread that starts looks for its font.
      expect(sizeOf(await kept.paint(topFive))).toBe("PNG 800×400");
      await expect(resting.paint(topFive)).rejects.toMatchObject({ code: "INTERNAL" });
    } finally {
      rmSync(fontFolder, { recursive: true, force: true });
    }
  });

  test("is replaced when it broke, and says why it did", async () => {
    const fontFolder = mkdtempSync(join(tmpdir(), "fonts-"));
    try {
      const painter = open({ fontFolder });
      await expect(painter.paint(topFive)).rejects.toMatchObject({
        code: "INTERNAL",
        message: expect.stringContaining("reinstall the package dejavu-fonts-ttf") as string,
        say: "The picture could not be drawn: the log says why.",
      });

      cpSync(
        join(dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")), "ttf"),
        fontFolder,
        {
          recursive: true,
        },
      );
      expect((await painter.paint(topFive)).equals(await shared.paint(topFive))).toBe(true);
    } finally {
      rmSync(fontFolder, { recursive: true, force: true });
    }
  });

  test("draws the next picture after one it could not draw", async () => {
    const painter = open();
    const unreadable = { ...topFive, title: 5 } as unknown as typeof topFive;

    await expect(painter.paint(unreadable)).rejects.toMatchObject({
      code: "INTERNAL",
      say: "The picture could not be drawn.",
    });
    expect(sizeOf(await painter.paint(topFive))).toBe("PNG 800×400");
  });
});

describe("refused are", () => {
  test("pictures that take longer than they may, one by one", async () => {
    const painter = open({ deadlineMs: 1 });
    const results = await Promise.allSettled([painter.paint(topFive), painter.paint(topFive)]);

    expect(results).toMatchObject(Array.from({ length: 2 }, () => ({ reason: { code: "TIMEOUT" } })));
  });

  test("more pictures than may wait", async () => {
    const painter = open({ mostWaiting: 2 });
    const taken = [painter.paint(topFive), painter.paint(topFive), painter.paint(topFive)];

    await expect(painter.paint(topFive)).rejects.toMatchObject({
      code: "OVERLOADED",
      say: "Too many pictures are waiting to be drawn: ask again in a minute.",
    });
    expect((await Promise.all(taken)).map(sizeOf)).toEqual(Array.from({ length: 3 }, () => "PNG 800×400"));
  });

  test("more points than a picture shows", async () => {
    const points = Array.from({ length: 50_001 }, (_, n) => [n, n] as const);
    const spec = lines([
      { name: "one", points },
      { name: "other", points },
    ]);

    await expect(shared.paint(spec)).rejects.toMatchObject({
      code: "TOO_MUCH",
      say: expect.stringContaining("a longer --step") as string,
    });
  });

  test.each([
    [100, 50],
    [9_000, 4_500],
    [800, 100],
    [Number.NaN, 400],
  ])("a size of %i × %i", async (width, height) => {
    await expect(shared.paint(topFive, { width, height, theme: "light" })).rejects.toMatchObject({ code: "INTERNAL" });
  });

  test("all that waits when it is closed, and all that comes later", async () => {
    const painter = open();
    const waiting = [painter.paint(topFive), painter.paint(topFive)];
    const outcome = Promise.allSettled(waiting);
    await painter.close();

    expect(await outcome).toMatchObject([{ reason: { code: "CANCELLED" } }, { reason: { code: "CANCELLED" } }]);
    await expect(painter.paint(topFive)).rejects.toMatchObject({ code: "CANCELLED" });
    await painter.close();
  });
});

/** The packages that loading a file of ours loads with it. Types do not load anything. */
function importsFrom(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const packages = new Set<string>();
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(
    /^(?:import|export)\s+(?!type\b)(?:[^"';]*?from\s+)?"([^"]+)"/gms,
  )) {
    if (!target.startsWith(".")) packages.add(target);
    else for (const name of importsFrom(resolve(dirname(file), target), seen)) packages.add(name);
  }
  return packages;
}
