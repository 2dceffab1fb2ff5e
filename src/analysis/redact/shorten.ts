/** At most so many characters, cut behind a separator so that no part of a token is left over; what is missing is an `…`. */
export function shorten(text: string, most: number, separator: string): string {
  if (text.length <= most) return text;
  const end = text.lastIndexOf(separator, most - 1);
  return `${text.slice(0, end + 1)}…`;
}
