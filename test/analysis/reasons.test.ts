import { expect, test } from "vitest";
import { reasonFromText, reasonName, reasonNumber, reasonOf, reasons } from "../../src/analysis/reasons.ts";
import { enumValues } from "../../src/sources/hubble/wire.ts";

test("the table has every drop reason of the wire contract, by the same name", () => {
  expect(Object.fromEntries(reasons.map(({ name, number }) => [name, number]))).toEqual(enumValues("DropReason"));
});

test("no text stands for two reasons", () => {
  for (const reason of reasons) {
    expect(reasonFromText(reason.name)).toBe(reason);
    expect(reasonFromText(reason.text)).toBe(reason);
  }
});

test("every reason says what it means and what to look at, a sentence each", () => {
  for (const { name, meaning, next, text } of reasons) {
    expect([name, meaning]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)]);
    expect([name, next]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)]);
    expect(text).not.toBe("");
  }
});

test("texts that differ from their enum name keep the agent's wording", () => {
  expect(reasonOf(136)?.text).toBe("Fragmentation needed");
  expect(reasonOf(161)?.text).toBe("NAT 46/64 not enabled");
});

test.each([
  ["POLICY_DENIED", 133],
  ["policy denied", 133],
  ["Policy denied by denylist", 181],
  ["FIB lookup failed, 7", 169],
  ["ct: map INSERTION failed", 155],
  ["133", 133],
])("%s is reason %i", (text, number) => {
  expect(reasonFromText(text)?.number).toBe(number);
  expect(reasonNumber(text)).toBe(number);
});

test("an unknown number stays a number", () => {
  expect(reasonName(222)).toBe("222");
  expect(reasonNumber("222")).toBe(222);
  expect(reasonFromText("222")).toBeUndefined();
});

test.each(["", "nonsense", "POLICY", "-1", "1e3", "99999999"])("%j is no reason", (text) => {
  expect(reasonNumber(text)).toBeUndefined();
});
