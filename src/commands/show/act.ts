/** How an answer is shown again. */
export const shownAs = ["message", "csv", "json"] as const;
export type ShownAs = (typeof shownAs)[number];
