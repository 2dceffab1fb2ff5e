/**
 * Where things stand, in a picture that is always 800 wide and as high as its shape asks for; the rasteriser scales it. On a phone it is shown about 360 wide,
 * so nothing is written smaller than 20: that is nine pixels there.
 */
export const width = 800;
/** A picture may be so high. */
export const highest = 3 * width;
export const edge = 12;
export const textSize = 20;
export const titleSize = 25;
export const lineHeight = 27;
export const inner = width - 2 * edge;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Something on the picture beside what the chart library draws. Text stands on the vertical middle `y`. */
export type Mark =
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly colour: string;
      readonly align?: "left" | "right" | "center";
      readonly size?: number;
      readonly bold?: boolean;
      /** A rim in this colour keeps it legible above lines. */
      readonly rim?: string;
    }
  | {
      readonly kind: "line";
      readonly from: readonly [x: number, y: number];
      readonly to: readonly [x: number, y: number];
      readonly colour: string;
      readonly thickness: number;
      readonly dash?: readonly number[];
    }
  | { readonly kind: "box"; readonly box: Box; readonly colour: string };
