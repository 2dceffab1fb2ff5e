import { expect, test } from "vitest";
import { startLab } from "./lab.ts";

const pods = "/api/v1/pods";
const names = (body: { items: { metadata: { name: string } }[] }) => body.items.map((item) => item.metadata.name);

test("pages together are the list, in its order", async () => {
  const { api } = await startLab();
  const whole = (await api.get(pods)).body;
  const paged: string[] = [];
  let next = "";
  do {
    const { body } = await api.get(`${pods}?limit=4&continue=${next}`);
    paged.push(...names(body));
    next = body.metadata.continue ?? "";
    expect(body.metadata.remainingItemCount ?? 0).toBe(whole.items.length - paged.length);
  } while (next !== "");
  expect(paged).toEqual(names(whole));
});

test("later pages show the state of the first", async () => {
  const { api, store } = await startLab();
  const whole = (await api.get(pods)).body;
  const first = (await api.get(`${pods}?limit=2`)).body;
  store.remove("Pod", "kube-system", "cilium-4hghz");
  store.upsert({ apiVersion: "v1", kind: "Pod", metadata: { name: "zz-new", namespace: "kube-system" } });
  const rest = (await api.get(`${pods}?continue=${first.metadata.continue}`)).body;
  expect([...names(first), ...names(rest)]).toEqual(names(whole));
  expect(rest.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  expect(names((await api.get(pods)).body)).not.toEqual(names(whole));
});

test("a page whose state is forgotten is 410, with a token for an inconsistent rest", async () => {
  const { api, store } = await startLab();
  const whole = names((await api.get(pods)).body);
  const first = (await api.get(`${pods}?limit=2`)).body;
  store.expire();
  const gone = await api.get(`${pods}?continue=${first.metadata.continue}`);
  expect(gone.status).toBe(410);
  expect(gone.body).toMatchObject({
    reason: "Expired",
    code: 410,
    message: expect.stringMatching(/inconsistent list/),
  });
  const rest = await api.get(`${pods}?continue=${gone.body.metadata.continue}`);
  expect([...names(first), ...names(rest.body)]).toEqual(whole);
});

test("an exact version is served while it is remembered", async () => {
  const { api, store } = await startLab();
  const before = (await api.get(pods)).body;
  store.remove("Pod", "default", "xwing");
  const path = `${pods}?resourceVersion=${before.metadata.resourceVersion}`;
  expect(names((await api.get(`${path}&resourceVersionMatch=Exact`)).body)).toEqual(names(before));
  expect(names((await api.get(`${path}&resourceVersionMatch=NotOlderThan`)).body)).not.toContain("xwing");
  expect(names((await api.get(path)).body)).not.toContain("xwing");
  store.expire();
  const gone = await api.get(`${path}&resourceVersionMatch=Exact`);
  expect(gone.body).toMatchObject({ code: 410, message: "The resourceVersion for the provided list is too old." });
});

test("a list at any version is not paged", async () => {
  const { api } = await startLab();
  const { body } = await api.get(`${pods}?resourceVersion=0&limit=2`);
  expect(body.items.length).toBeGreaterThan(2);
  expect(body.metadata).not.toHaveProperty("continue");
});

test("selectors of both kinds narrow a list together", async () => {
  const { api } = await startLab();
  const labels = encodeURIComponent("org in (empire),class!=deathstar");
  const fields = encodeURIComponent("spec.nodeName=k8s-w2,status.phase=Running");
  expect(names((await api.get(`${pods}?labelSelector=${labels}&fieldSelector=${fields}`)).body)).toEqual([
    "tiefighter",
  ]);
});

test("built-in kinds leave kind and apiVersion to their list, custom resources repeat them", async () => {
  const { api } = await startLab();
  expect((await api.get(pods)).body.items[0]).not.toHaveProperty("kind");
  expect((await api.get("/apis/cilium.io/v2/ciliumendpoints")).body.items[0].kind).toBe("CiliumEndpoint");
});

test.each([
  ["continue=%7B", 400, "invalid continue token: continue key is not valid"],
  ["continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MCwic3RhcnQiOiJhIn0", 400, "incorrect encoded start resourceVersion"],
  ["resourceVersion=abc", 400, 'invalid resource version: resourceVersion: Invalid value: "abc"'],
  ["limit=many", 400, 'strconv.ParseInt: parsing "many": invalid syntax'],
  ["resourceVersionMatch=Exact", 422, "resourceVersionMatch is forbidden unless resourceVersion is provided"],
  ["resourceVersion=5&resourceVersionMatch=Sometimes", 422, 'Unsupported value: "Sometimes"'],
  ["watch=1&sendInitialEvents=true", 422, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"],
  ["resourceVersion=5&resourceVersionMatch=Exact", 410, "The resourceVersion for the provided list is too old."],
])("%s is %i: %s", async (query, status, sentence) => {
  const { api } = await startLab();
  const answer = await api.get(`${pods}?${query}`);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ kind: "Status", code: status, message: expect.stringContaining(sentence) });
});
