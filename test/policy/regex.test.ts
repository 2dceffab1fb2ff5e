import { describe, expect, test } from "vitest";
import { readRegex } from "../../src/policy/regex/regex.ts";

describe("a user's regular expression", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["/a|/b", ["/a", "/b"], ["/ab", "/a/b", ""]],
    ["GET|POST", ["GET", "POST"], ["get", "GETPOST"]],
    ["/v[0-9]+/.*", ["/v1/", "/v12/items?id=3"], ["/v/", "/vx/items"]],
    ["[^/]+\\.example\\.com(:\\d+)?", ["a.example.com", "a.example.com:8080"], ["a/b.example.com", "aXexample.com"]],
    ["(?i)get", ["GET", "gEt"], ["GETS"]],
    ["(?i:a)b", ["Ab"], ["AB"]],
    ["a{2,3}", ["aa", "aaa"], ["a", "aaaa"]],
    ["a{2}", ["aa"], ["aaa"]],
    ["(ab){2,}", ["abab", "ababab"], ["ab"]],
    ["a{,2}", ["a{,2}"], ["aa"]],
    ["^/x$", ["/x"], ["/xx"]],
    ["\\A/x\\z", ["/x"], ["/x\n"]],
    ["(?P<id>\\w+)-(?<n>\\W)", ["ab-/"], ["ab-c"]],
    ["[[:alpha:]][[:^digit:]]", ["ab"], ["a1"]],
    ["[]a-]+", ["]-a"], ["b"]],
    ["[^\\d\\s]", ["x"], ["1", " "]],
    ["\\Qa.b*\\E+", ["a.b*", "a.b**"], ["aXb*"]],
    ["\\x2f\\x{61}", ["/a"], ["a/"]],
    [".", ["x", "é", "😀"], ["", "\n", "xy"]],
    ["(?s).", ["\n"], [""]],
    ["\\pL\\p{Greek}?", ["a"], ["1"]],
    ["a*?b+?c??", ["b", "aabbc"], ["c"]],
    ["\\bfoo\\b.*", ["foo bar", "foo"], ["foobar"]],
    ["()", [""], ["a"]],
    ["", [""], ["a"]],
  ])("%s matches the whole text or not at all", (text, yes, no) => {
    const regex = readRegex(text);
    expect(yes.filter((one) => !regex.matches(one))).toEqual([]);
    expect(no.filter((one) => regex.matches(one))).toEqual([]);
  });

  test.each([
    ["/(", "missing closing ): `/(`"],
    ["a)", "unexpected ): `a)`"],
    ["[a", "missing closing ]: `[a`"],
    ["*", "missing argument to repetition operator: `*`"],
    ["a**", "invalid nested repetition operator: `**`"],
    ["(?=a)", "invalid or unsupported Perl syntax: `(?=`"],
    ["(a)\\1", "invalid escape sequence: `\\1`"],
    ["a{1001}", "invalid repeat count: `{1001}`"],
    ["[b-a]", "invalid character class range: `[b-a`"],
    ["\\", "trailing backslash at end of expression"],
    ["\\p{Klingon}", "invalid character class range: `\\p`"],
  ])("%s is refused as RE2 refuses it", (text, message) => {
    expect(() => readRegex(text)).toThrow(`error parsing regexp: ${message}`);
  });

  test.each([
    "(a{1000}){1000}",
    "((){1000}){1000}",
    "(".repeat(5000),
    "a".repeat(5000),
    `${"(".repeat(300)}${")".repeat(300)}`,
    "(a|b|c){900}",
  ])("one that is too large is refused before it costs anything", (text) => {
    expect(() => readRegex(text)).toThrow(/too large|too deeply/);
  });

  test.each(["(a+)+$", "(a|a)*b", "(.*)*x", "(a?){200}a{200}"])("%s holds nobody up", (text) => {
    const regex = readRegex(text);
    expect(regex.matches(`${"a".repeat(8000)}!`)).toBe(false);
    expect(regex.matches("a".repeat(9000))).toBe(false);
  });

  test("agrees with the JavaScript engine where both speak the same language", () => {
    const atoms = ["a", "b", "[ab]", "[^a]", ".", "(a|b)", "(?:ab)", "\\d", "\\w"];
    const repeats = ["", "*", "+", "?", "{1,2}", "*?"];
    let state = 7;
    const next = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 500; round++) {
      const text = Array.from(
        { length: 1 + next(5) },
        () => `${atoms[next(atoms.length)]}${repeats[next(repeats.length)]}`,
      ).join(next(4) === 0 ? "|" : "");
      const input = Array.from({ length: next(7) }, () => "ab1_"[next(4)]).join("");
      expect([text, input, readRegex(text).matches(input)]).toEqual([
        text,
        input,
        new RegExp(`^(?:${text})$`).test(input),
      ]);
    }
  });
});
