import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { BotError } from "../../../src/errors.ts";
import { fail, nodes, packet, play, type RelayScript, stall, startRelay, status } from "../../fixtures/flows/relay.ts";
import { answerOf, ask, connected, failureOf, hubbleAt } from "./asking.ts";

describe("a failure", () => {
  test("of every node is not an answer without drops", async () => {
    const failure = await failureOf({ flows: play(connected, nodes("error", ["a", "b"], "invalid filter: bad CIDR")) });
    expect(failure.failure).toEqual({
      code: "REFUSED",
      say: "All 2 nodes behind Relay refused the question: invalid filter: bad CIDR",
    });
  });

  test("of some nodes is a gap in the coverage", async () => {
    const { coverage } = await answerOf({ flows: play(connected, packet(), nodes("error", ["b"], "rpc error")) });
    expect(coverage?.nodes).toEqual({ answered: 1, total: 2, missing: ["b"] });
  });

  test("that repeats what was sent with the question keeps that to itself", async () => {
    const details = "proxy refused Authorization: Bearer hunter2hunter2";
    const failure = await failureOf({ flows: fail(status.INTERNAL, details) });
    expect(failure.say).toContain("(proxy refused Authorization: …)");
    expect(failure.message).not.toContain("hunter2");
  });

  test("to reach any node is said of the nodes, not of Relay", async () => {
    const failure = await failureOf({ flows: play(nodes("unavailable", ["a", "b"])) });
    expect(failure.code).toBe("UNREACHABLE");
    expect(failure.say).toContain("reaches none of its nodes");
  });

  test("to connect names the address and what to check", async () => {
    const { address } = await (async () => {
      await using relay = await startRelay({ flows: play() });
      return { address: relay.address };
    })();
    const failure = await ask(hubbleAt(address)).catch((error: unknown) => error as BotError);
    expect(failure).toMatchObject({ code: "UNREACHABLE", retry: true });
    expect((failure as BotError).say).toMatch(
      new RegExp(
        `Relay at ${address} could not be reached \\(connect ECONNREFUSED ${address}\\). Check hubble.address`,
      ),
    );
  });

  test.each([
    [status.PERMISSION_DENIED, "DENIED"],
    [status.UNAUTHENTICATED, "DENIED"],
    [status.RESOURCE_EXHAUSTED, "OVERLOADED"],
    [status.UNIMPLEMENTED, "REFUSED"],
    [status.INVALID_ARGUMENT, "REFUSED"],
    [status.INTERNAL, "BROKEN_ANSWER"],
  ])("with gRPC status %i is %s", async (code, expected) => {
    const failure = await failureOf({ flows: fail(code, "because\n  of this") });
    expect(failure.code).toBe(expected);
    expect(failure.say).toContain("because of this");
  });
});

describe("the deadline", () => {
  test("ends a reading that does not, and what was read is the answer", async () => {
    await using relay = await startRelay({ flows: stall(connected, packet(), packet(1)), oldest: stall() });
    const { drops, coverage } = await ask(hubbleAt(relay.address), {}, AbortSignal.timeout(300));
    expect(drops?.packets).toBe(2);
    expect(coverage).toMatchObject({ truncated: true, nodes: { answered: 2, total: 2 } });
    await expect.poll(relay.cancelled).toBe(2);
  });

  test("without a word from Relay is a timeout", async () => {
    const failure = await failureOf({ flows: stall(), oldest: stall() }, AbortSignal.timeout(200));
    expect(failure.code).toBe("TIMEOUT");
    expect(failure.say).toMatch(/^Relay at .* gave no answer in time\.$/);
  });

  test("is kept while Relay is being connected to", async () => {
    // It accepts and never says a word of HTTP/2.
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const failure = await ask(hubbleAt(`127.0.0.1:${port}`), {}, AbortSignal.timeout(200)).catch(
      (error: unknown) => error,
    );
    expect(["TIMEOUT", "UNREACHABLE"]).toContain((failure as BotError).code);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  test("is no deadline but a cancellation when somebody cancelled", async () => {
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 100);
    expect((await failureOf({ flows: stall(), oldest: stall() }, cancel.signal)).code).toBe("CANCELLED");
  });
});

describe("a connection that is lost while flows are read", () => {
  const breaks: RelayScript["flows"] = (call) => {
    call.write(connected);
    call.write(packet());
    setTimeout(() => call.emit("error", { code: status.UNAVAILABLE, details: "Connection dropped" }), 50);
  };

  test("is tried once more, from the beginning", async () => {
    let calls = 0;
    const flows: RelayScript["flows"] = (call) =>
      calls++ === 0 ? breaks(call) : play(connected, packet(), packet(1))(call);
    const { drops, coverage } = await answerOf({ flows });
    expect([drops?.packets, coverage?.truncated, calls]).toEqual([2, false, 2]);
  });

  test("twice leaves a part of the answer, and says so", async () => {
    const { drops, coverage } = await answerOf({ flows: breaks });
    expect([drops?.packets, coverage?.truncated]).toEqual([1, true]);
  });
});

test("closing ends running questions and their streams", async () => {
  await using relay = await startRelay({ flows: stall(), oldest: stall() });
  const hubble = hubbleAt(relay.address);
  const running = ask(hubble).catch((error: unknown) => error);
  await expect.poll(() => relay.requests.length).toBe(1);
  await hubble.close();
  expect(await running).toMatchObject({ code: "CANCELLED" });
  await expect.poll(relay.cancelled).toBe(2);
  await expect(ask(hubble)).rejects.toMatchObject({ code: "CANCELLED" });
});
