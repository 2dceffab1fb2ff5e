/** Patterns in which `*` stands for any characters but `/`. Linear in text times pattern: no regular expression, whose backtracking a stranger could drive. */
export function fitsGlob(pattern: string, text: string): boolean {
  let at = 0;
  let seen = 0;
  let star = -1;
  let resume = 0;
  while (seen < text.length) {
    if (pattern[at] === "*") {
      star = at++;
      resume = seen;
    } else if (pattern[at] === text[seen]) {
      at += 1;
      seen += 1;
    } else if (star >= 0 && text[resume] !== "/") {
      at = star + 1;
      seen = ++resume;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
