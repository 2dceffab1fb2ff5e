import { expect, test } from "vitest";
import { StatusError } from "../../../src/sources/kubernetes/api.ts";
import { toProblem } from "../../../src/sources/kubernetes/reflector-state.ts";

test("what the API server says is told without secrets", () => {
  const problem = toProblem(
    new StatusError(500, "webhook https://luke:hunter2@hook.example/?token=hunter2 failed"),
    "pods",
  );
  expect(problem.say).toBe("The Kubernetes API answered 500 for pods: webhook https://hook.example/?… failed.");
  expect(problem.message).not.toContain("hunter2");
});
