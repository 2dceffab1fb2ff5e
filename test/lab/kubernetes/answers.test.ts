/** Recorded answers of a real API server, and the lab's beside them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { startLab } from "./lab.ts";

interface Recorded {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

const fixtures = new URL("../../fixtures/kubernetes/", import.meta.url);
const answers = read<readonly Recorded[]>("answers.json");
const lists = read<Readonly<Record<string, { readonly path: string; readonly body: RecordedList }>>>("lists.json");
const refusals = answers.filter((one) => one.status >= 400 && one.status !== 504);

interface RecordedList {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: object;
  readonly items: readonly object[];
}

test.each(refusals)("refuses as recorded: $title", async ({ path, status, contentType, body, title }) => {
  const { api } = await startLab();
  const answer = await api.get(path, title === "wrong token" ? { token: "wrong" } : {});
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe(contentType);
  expect(answer.body).toEqual(body);
});

test("a version from the future is a timeout, as recorded", async () => {
  const { api } = await startLab();
  const recorded = named("list at a too large version");
  const current = (await api.get("/api/v1/pods")).body.metadata.resourceVersion;
  const answer = await api.get(recorded.path.replace("99999999", "99999999999999"));
  expect(answer.status).toBe(recorded.status);
  expect(answer.headers["retry-after"]).toBe("1");
  expect(answer.body).toEqual({
    ...(recorded.body as object),
    message: `Timeout: Too large resource version: 99999999999999, current: ${current}`,
  });
});

test("an access review has the shape recorded", async () => {
  const { api } = await startLab();
  const recorded = named("self subject access review, allowed");
  const spec = { resourceAttributes: { verb: "list", group: "cilium.io", resource: "ciliumnetworkpolicies" } };
  const body = JSON.stringify({ apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec });
  const answer = await api.get(recorded.path, { method: "POST", body });
  expect(answer.status).toBe(201);
  expect(missing(recorded.body, answer.body)).toEqual([]);
  expect(answer.body).toMatchObject({ spec, status: { allowed: true } });
});

test.each(answers.filter((one) => one.status === 200))("pages as recorded: $title", async ({ path, body }) => {
  const { api } = await startLab();
  const answer = await api.get(path);
  const recorded = body as { metadata: { continue: string }; items: { metadata: { name: string } }[] };
  expect(new Set(Object.keys(answer.body.metadata))).toEqual(new Set(Object.keys(recorded.metadata)));
  expect(answer.body.items).toHaveLength(recorded.items.length);
  // Tokens name version and key in the same way: the client must not care, but a person who decodes one sees the same thing.
  expect(Object.keys(decode(answer.body.metadata.continue))).toEqual(Object.keys(decode(recorded.metadata.continue)));
  expect(decode(answer.body.metadata.continue).start).toMatch(/^(default\/)?[a-z0-9-]+\0$/);
});

/** The recording is of an older server: topology was a field of v1beta1, and older agents wrote `status.policy`. */
const since = ["items[].endpoints[].topology", "items[].status.policy"];

test.each(Object.entries(lists))("%s have every field recorded, of the same type", async (_, { path, body }) => {
  const { api } = await startLab({ step: "l7" });
  const answer = await api.get(path.replace("v1beta1", "v1"));
  expect(answer.status).toBe(200);
  expect(answer.body.kind).toBe(body.kind);
  expect(answer.body.apiVersion).toBe(body.apiVersion.replace("v1beta1", "v1"));
  expect(new Set(Object.keys(answer.body.metadata))).toEqual(new Set(Object.keys(body.metadata)));
  if (body.items.length === 0) {
    expect(answer.body.items).toEqual([]);
    return;
  }
  const like = alike(body.items[0], answer.body.items);
  expect(missing({ items: [body.items[0]] }, { items: [like] }).filter((path) => !since.includes(path))).toEqual([]);
  expect(new Set(Object.keys(like))).toEqual(new Set(Object.keys(body.items[0] ?? {})));
});

function named(title: string): Recorded {
  const found = answers.find((one) => one.title === title);
  if (found === undefined) throw new Error(`nothing recorded as ${title}`);
  return found;
}

/** The object of the lab that plays the part of the recorded one: the same name, but for what is generated at its end. */
function alike(recorded: unknown, items: { metadata: { name: string } }[]): object {
  const name = (recorded as { metadata: { name: string } }).metadata.name.replace(/-[a-z0-9]{5}$/, "");
  const found =
    items.find((item) => item.metadata.name === name) ?? items.find((item) => item.metadata.name.startsWith(name));
  if (found === undefined) throw new Error(`nothing like ${name} in the lab`);
  return found;
}

/** Paths of the recorded value that the other one lacks or has with another type. Maps whose keys are data are compared as a whole. */
function missing(recorded: unknown, actual: unknown, path = ""): string[] {
  if (typeof recorded !== typeof actual || Array.isArray(recorded) !== Array.isArray(actual)) return [path];
  if (Array.isArray(recorded))
    return recorded.length === 0 ? [] : missing(recorded[0], (actual as unknown[])[0], `${path}[]`);
  if (typeof recorded !== "object" || recorded === null || actual === null) return [];
  if (/(labels|annotations|matchLabels|selector|fieldsV1|security-labels)$/.test(path)) return [];
  return Object.entries(recorded).flatMap(([key, value]) =>
    missing(value, (actual as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`),
  );
}

function decode(token: string): { readonly v: string; readonly rv: number; readonly start: string } {
  return JSON.parse(Buffer.from(token, "base64url").toString());
}

function read<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(new URL(file, fixtures), "utf8"));
}
