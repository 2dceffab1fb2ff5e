import { expect, test } from "vitest";
import { parseLabelSelector } from "../../../src/lab/kubernetes/api/labels.ts";

const xwing = { org: "alliance", class: "xwing", "app.kubernetes.io/name": "xwing", speed: "12" };

test.each([
  ["", true],
  ["org=alliance", true],
  ["org==alliance", true],
  ["org=empire", false],
  ["org!=empire", true],
  ["missing!=x", true],
  ["org", true],
  ["!org", false],
  ["!missing", true],
  ["org in (empire, alliance)", true],
  ["org notin (empire)", true],
  ["org notin (alliance)", false],
  ["missing notin (a)", true],
  ["org=alliance,class=xwing", true],
  ["org=alliance, class in (tiefighter)", false],
  ["app.kubernetes.io/name=xwing", true],
  ["speed>9", true],
  ["speed<9", false],
  ["org=", false],
  ["in in (in)", false],
  ["org in ()", false],
  ["constructor", false],
])("%s selects an alliance ship: %s", (selector, expected) => {
  expect(parseLabelSelector(selector)(xwing)).toBe(expected);
});

/** The sentences of k8s.io/apimachinery's parser. */
test.each([
  ["a===b", "unable to parse requirement: found '=', expected: identifier"],
  ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ["a,", "found '', expected: identifier after ','"],
  [",a", "found ',', expected: !, identifier, or 'end of string'"],
  ["a in b", "unable to parse requirement: found 'b' expected: '('"],
  ["a in (b", "unable to parse requirement: found '', expected: ',' or ')'"],
  ["a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"],
  ["a=b=c", "found '=', expected: ',' or 'end of string'"],
  ["a>b", "for 'Gt', 'Lt' operators, the value must be an integer"],
  ["-a", 'unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of alphanumeric characters'],
  ["a/b/c", "a valid label key must consist of alphanumeric characters"],
  ["a=b*", 'unable to parse requirement: values[0][a]: Invalid value: "b*": a valid label must be an empty string'],
  [`a=${"b".repeat(64)}`, "must be no more than 63 bytes"],
])("%s is refused in the real server's words", (selector, sentence) => {
  expect(() => parseLabelSelector(selector)).toThrow(sentence);
});
