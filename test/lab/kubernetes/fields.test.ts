import { expect, test } from "vitest";
import { parseFieldSelector } from "../../../src/lab/kubernetes/api/fields.ts";
import { type Resource, resourceOfKind } from "../../../src/lab/kubernetes/resources.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "xwing", namespace: "default" },
  spec: { nodeName: "k8s-w1" },
  status: { phase: "Running" },
};

test.each([
  ["", true],
  ["metadata.name=xwing", true],
  ["metadata.name==xwing,metadata.namespace=default", true],
  ["spec.nodeName!=k8s-w1", false],
  ["status.phase=Running,spec.nodeName=k8s-w1", true],
  ["metadata.name=a\\,b", false],
])("%s selects the pod: %s", (selector, expected) => {
  expect(parseFieldSelector(selector, kind("Pod"))(pod)).toBe(expected);
});

test.each([
  ["Pod", "spec.foo=1", "field label not supported: spec.foo"],
  ["CiliumEndpoint", "status.phase=x", "field label not supported: status.phase"],
  ["CiliumNode", "metadata.namespace=x", "field label not supported: metadata.namespace"],
  ["Deployment", "spec.foo=1", '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ["Pod", "metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
  ["Pod", "metadata.name=a\\b", "invalid field selector: invalid escape sequence: \\b"],
  ["Pod", "metadata.name=a=b", "invalid field selector: unescaped character in value: 61"],
])("of %s, %s is refused in the real server's words", (of, selector, sentence) => {
  expect(() => parseFieldSelector(selector, kind(of))).toThrow(sentence);
});

function kind(name: string): Resource {
  const found = resourceOfKind(name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}
