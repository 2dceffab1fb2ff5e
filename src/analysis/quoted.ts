/** What somebody typed, in quotes for a sentence that refuses it: at most 60 characters, without control characters. */
export function quoted(text: string): string {
  const printable = text.slice(0, 200).replace(/\p{C}/gu, "?");
  return `"${printable.length > 60 ? `${printable.slice(0, 59)}…` : printable}"`;
}
