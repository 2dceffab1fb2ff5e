/** A regular expression that RE2 would not take, or that is too large to match in bounded time. The message is Go's. */
export class RegexRefused extends Error {
  constructor(problem: string, where: string) {
    const shown = where.length > 120 ? `${where.slice(0, 120)}…` : where;
    super(`error parsing regexp: ${problem}${shown === "" ? "" : `: \`${shown}\``}`);
  }
}
