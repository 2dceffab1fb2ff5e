/**
 * Colours on light and on dark. Hues follow Okabe and Ito ("Color Universal Design", 2008), which people with any kind of colour vision can tell apart; their
 * lightness is moved until each stands out from the background by 3:1 (WCAG 2.2, 1.4.11). Red belongs to failures alone.
 */
export type Theme = "light" | "dark";

export interface Colours {
  readonly background: string;
  readonly text: string;
  readonly dim: string;
  readonly rule: string;
  /** Series without a name, sums of others. */
  readonly rest: string;
  readonly named: readonly string[];
  readonly bad: readonly string[];
}

export const themes: Readonly<Record<Theme, Colours>> = {
  light: {
    background: "#ffffff",
    text: "#1b1b1f",
    dim: "#4c4d55",
    rule: "#d5d6dc",
    rest: "#9a9ca6",
    named: ["#0072b2", "#d98200", "#009e73", "#b04a8f", "#3aa0dc", "#4a3a00", "#5b3fa6", "#55606b"],
    bad: ["#d32f2f", "#8e1616", "#ff6a55"],
  },
  dark: {
    background: "#1a1d21",
    text: "#f4f4f6",
    dim: "#c0c2c9",
    rule: "#3b3f47",
    rest: "#7d818c",
    named: ["#56b4e9", "#f0a830", "#20c997", "#e29ac6", "#2f86d6", "#f0e442", "#a992f5", "#c9cdd4"],
    bad: ["#ff5a4f", "#ffa096", "#d93a30"],
  },
};
