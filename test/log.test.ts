import { expect, test } from "vitest";
import { BotError } from "../src/errors.ts";
import { createLog } from "../src/log.ts";

function logged(facts: object): { readonly text: string; readonly line: Record<string, unknown> } {
  let text = "";
  const log = createLog("debug", {
    write(line) {
      text += line;
    },
  });
  log.warn(facts, "something failed");
  return { text, line: JSON.parse(text) as Record<string, unknown> };
}

const peer = "connect to http://luke:hunter2@10.0.0.1:9090/login?session=hunter2 failed: Authorization: Bearer hunter2";

test("an error says what failed and where, without what peers put into it", () => {
  const { text, line } = logged({ err: new BotError("UNREACHABLE", peer, { cause: new Error(`refused: ${peer}`) }) });
  expect(line["err"]).toEqual({
    type: "BotError",
    code: "UNREACHABLE",
    message: expect.stringMatching(
      /^connect to http:\/\/10\.0\.0\.1:9090\/login\?… failed: .*: refused: connect to http:/,
    ),
    stack: expect.stringMatching(
      /^BotError: connect to .*\n {4}at [\s\S]*log\.test\.ts:\d+:\d+[\s\S]*\ncaused by: Error: refused/,
    ),
  });
  expect(text).not.toContain("hunter2");
});

test("places in packages with a scope are shown", () => {
  const error = new Error("x");
  error.stack = "Error: x\n    at Client.call (/app/node_modules/@grpc/grpc-js/build/src/client.js:360:49)";
  expect(logged({ err: error }).line["err"]).toMatchObject({ stack: error.stack });
});

test("a message that looks like places is a message", () => {
  expect(logged({ err: new Error(`x\n    at http://luke:hunter2@shop/`) }).text).not.toContain("hunter2");
});

test("a stack that was changed on its way is read as text", () => {
  const error = new Error("short");
  error.stack = "Error: longer\n    at http://luke:hunter2@shop/";
  expect(logged({ err: error }).text).not.toContain("hunter2");
});

test("nothing else that hangs on an error is logged", () => {
  const request = { headers: { "x-api-key": "hunter2" }, url: "/?session=hunter2" };
  const error = Object.assign(new Error("refused"), { config: request, request, code: "ECONNREFUSED" });
  const { text, line } = logged({ err: error });
  expect(new Set(Object.keys(line["err"] as object))).toEqual(new Set(["type", "message", "stack", "code"]));
  expect(text).not.toContain("hunter2");
});

test("causes in a circle end", () => {
  const [one, other] = [new Error("one"), new Error("other")];
  one.cause = other;
  other.cause = one;
  expect(logged({ err: one }).line["err"]).toMatchObject({ message: "one: other" });
});

test.each(["err", "reason", "problem", "stack", "said"])("%s as text is redacted too", (name) => {
  const { text, line } = logged({ [name]: peer });
  expect(line[name]).toContain("10.0.0.1:9090");
  expect(text).not.toContain("hunter2");
});

test("what is no error and no text stays what it is", () => {
  expect(logged({ err: null, reason: 14 }).line).toMatchObject({ err: null, reason: 14 });
});
