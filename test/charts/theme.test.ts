import { describe, expect, test } from "vitest";
import { themes } from "../../src/charts/theme.ts";

type Rgb = readonly [red: number, green: number, blue: number];

/** How a person without one kind of cone sees linear light: Machado, Oliveira and Fernandes, "A Physiologically-based Model", 2009, severity 1. */
const eyes: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  "all three cones": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "no long cones": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no middle cones": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const linear = (colour: string) =>
  [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
const times = (row: Rgb, [red, green, blue]: Rgb) => row[0] * red + row[1] * green + row[2] * blue;
const luminance = (light: Rgb) => times([0.2126, 0.7152, 0.0722], light);

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(linear(one)), luminance(linear(other))].sort((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

/** CIE L*a*b* of linear light, D65. */
function lab(light: Rgb): Rgb {
  const [x, y, z] = [
    times([0.4124, 0.3576, 0.1805], light) / 0.9505,
    times([0.2126, 0.7152, 0.0722], light),
    times([0.0193, 0.1192, 0.9505], light) / 1.089,
  ].map((share) => (share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116)) as unknown as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(["light", "dark"] as const)("on %s", (name) => {
  const { background, text, dim, named, bad, rest } = themes[name];

  test("words are read: 7:1, and 4.5:1 for what is said beside", () => {
    expect(contrast(text, background)).toBeGreaterThan(7);
    expect(contrast(dim, background)).toBeGreaterThan(7);
  });

  test("each colour stands out from the background, 2.8:1 or more", () => {
    expect(
      [...named, ...bad]
        .map((colour) => [colour, contrast(colour, background)] as const)
        .filter(([, ratio]) => ratio < 2.8),
    ).toEqual([]);
    expect(contrast(rest, background)).toBeGreaterThan(2);
  });

  test.each(Object.keys(eyes))("no two of the first six names look the same to eyes with %s", (eye) => {
    const seen = [...named.slice(0, 6), bad[0] ?? ""].map((colour) => {
      const light = linear(colour);
      return {
        colour,
        lab: lab((eyes[eye] ?? []).map((row) => Math.min(1, Math.max(0, times(row, light)))) as unknown as Rgb),
      };
    });
    const close = seen.flatMap((one, index) =>
      seen
        .slice(index + 1)
        .map((other) => ({
          pair: `${one.colour} ${other.colour}`,
          apart: Math.hypot(...one.lab.map((part, n) => part - (other.lab[n] ?? 0))),
        }))
        .filter(({ apart }) => apart < 12),
    );

    expect(close).toEqual([]);
  });
});
