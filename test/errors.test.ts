import { expect, test } from "vitest";
import { BotError, toBotError } from "../src/errors.ts";

test("what was thrown keeps its cause and becomes one of our codes", () => {
  const known = new BotError("UNREACHABLE", "connect ECONNREFUSED", { say: "Start it." });
  const stranger = new TypeError("x is not a function");

  expect(toBotError(known)).toBe(known);
  expect(known.failure).toEqual({ code: "UNREACHABLE", say: "Start it." });
  expect(known.retry).toBe(true);
  expect(toBotError(stranger)).toMatchObject({ code: "INTERNAL", retry: false, cause: stranger });
  expect(toBotError("text").code).toBe("INTERNAL");
});

test("an aborted wait is a timeout or a cancellation, by its name", async () => {
  const signal = AbortSignal.timeout(1);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  const controller = new AbortController();
  controller.abort();

  expect(toBotError(signal.reason).code).toBe("TIMEOUT");
  expect(toBotError(controller.signal.reason).code).toBe("CANCELLED");
});
