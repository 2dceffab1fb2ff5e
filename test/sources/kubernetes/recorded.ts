/** What a real API server answered for the Star Wars cluster, by path. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { TestObject } from "./api-server.ts";

export function recordedLists(): [path: string, objects: TestObject[]][] {
  const file = new URL("../../fixtures/sources-kubernetes/lists.json.gz", import.meta.url);
  const lists = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as Record<string, TestObject[]>;
  // Recorded from 1.20, where EndpointSlices were beta.
  return Object.entries(lists).map(([path, objects]) => [path.replace("/v1beta1/", "/v1/"), objects]);
}
