import { expect, test } from "vitest";
import type { Message } from "../../src/message/message.ts";
import type { CommandRecord } from "../../src/queue/jobs.ts";
import { detailsTo } from "../../src/queue/messages.ts";

const id = "0".repeat(32);
const details = ["a", "b"].map((title): Message => ({ tone: "info", title, blocks: [] }));
const placesFor = (place: CommandRecord["place"]) =>
  detailsTo({ id, place, conversation: "slack:T1/C1" } as CommandRecord, details).map((delivery) => delivery.place);

test("details stand below the answer, each once, in order", () => {
  const deliveries = detailsTo({ id, place: {}, conversation: "slack:T1/C1" } as CommandRecord, details);
  expect(deliveries).toMatchObject([
    { id: `${id}:detail-1`, subject: `${id}:detail-1`, kind: "answer", place: { under: id }, message: { title: "a" } },
    { id: `${id}:detail-2`, subject: `${id}:detail-2`, kind: "answer", place: { under: id }, message: { title: "b" } },
  ]);
});

test("in a thread they stay in it, and what one person alone is shown has none", () => {
  expect(placesFor({ person: "U1" })).toEqual(Array(2).fill({ person: "U1", under: id }));
  expect(placesFor({ person: "U1", thread: "1.2" })).toEqual(Array(2).fill({ person: "U1", thread: "1.2" }));
  expect(placesFor({ under: "incident:1" })).toEqual(Array(2).fill({ under: "incident:1" }));
  expect(placesFor({ person: "U1", private: true })).toEqual(Array(2).fill({ person: "U1", private: true }));
});

test("at most seven: six of the answer, and one that is added", () => {
  const many = Array.from({ length: 9 }, () => details).flat();
  expect(detailsTo({ id, place: {}, conversation: "slack:T1/C1" } as CommandRecord, many)).toHaveLength(7);
});
