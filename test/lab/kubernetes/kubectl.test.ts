/** The real kubectl against the lab: what a person at a terminal sees. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { findBinary } from "../../../src/lab/programs/path.ts";
import { type Lab, startLab } from "./lab.ts";

const run = promisify(execFile);
const kubectl = findBinary("kubectl", process.env);

if (kubectl === undefined) process.stderr.write("kubectl is not on PATH: its tests are skipped\n");
const withKubectl = test.runIf(kubectl !== undefined);

withKubectl("gets policies, pods and endpoints of all namespaces", async () => {
  const lab = await startLab({ step: "l3-l4" });
  const out = await output(lab, "get", "cnp,pods,ciliumendpoints", "-A");
  expect(out).toMatch(/^NAMESPACE +NAME +AGE +VALID\ndefault +ciliumnetworkpolicy\.cilium\.io\/rule1 +10m +True\n/);
  expect(out).toMatch(/^default +pod\/xwing +1\/1 +Running +0 +60m$/m);
  expect(out).toMatch(/^default +ciliumendpoint\.cilium\.io\/xwing +37711 +ready +172\.20\.1\.61 *$/m);
  expect(out.match(/ pod\//g)).toHaveLength(lab.world.pods.length);
});

withKubectl("sees the steps while it watches", async () => {
  const lab = await startLab({ step: "l3-l4" });
  const watching = start(lab, "get", "cnp", "-A", "--watch", "--output-watch-events");
  await watching.shows(/ADDED +default +rule1 +10m +True/);
  lab.world.setStep("l7", lab.now());
  await watching.shows(/MODIFIED +default +rule1 +10m +True/);
  lab.world.setStep("deleted", lab.now());
  await watching.shows(/DELETED +default +rule1 +10m +True/);
});

withKubectl("prints wide, YAML and JSON, and selects", async () => {
  const lab = await startLab({ step: "l7" });
  expect(await output(lab, "get", "pods", "xwing", "-o", "wide")).toMatch(/ 172\.20\.1\.61 +k8s-w1 /);
  expect(await output(lab, "get", "cnp", "rule1", "-o", "yaml")).toContain("path: /v1/request-landing");
  const json = JSON.parse(await output(lab, "get", "pods", "-l", "org in (empire),class!=deathstar", "-o", "json"));
  expect(json.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(["tiefighter"]);
  const onNode = await output(lab, "get", "pods", "--field-selector", "spec.nodeName=k8s-w2", "-o", "name");
  expect(onNode.trim().split("\n")).toEqual(["pod/deathstar-8c4c77fb7-4lc96", "pod/tiefighter"]);
  expect((await output(lab, "get", "pods", "-A", "--chunk-size=2", "-o", "name")).trim().split("\n")).toHaveLength(15);
});

withKubectl("describes a pod and lists what there is", async () => {
  const lab = await startLab();
  expect(await output(lab, "describe", "pod", "xwing")).toMatch(/Node: +k8s-w1\/192\.168\.10\.101/);
  expect(await output(lab, "api-resources", "-o", "name")).toContain("ciliumnetworkpolicies.cilium.io\n");
  expect(await output(lab, "get", "all", "-n", "default", "-o", "name")).toContain("service/deathstar\n");
  expect((await output(lab, "auth", "can-i", "list", "cnp")).trim()).toBe("yes");
});

withKubectl("says what is wrong: token, name, selector, and that it may only read", async () => {
  const lab = await startLab();
  expect(
    await complaint({ ...lab, kubeconfig: () => lab.kubeconfig().replace(lab.token, "wrong") }, "get", "pods"),
  ).toMatch(/You must be logged in to the server|Unauthorized|provide credentials/);
  expect(await complaint(lab, "get", "pods", "nope")).toContain('Error from server (NotFound): pods "nope" not found');
  expect(await complaint(lab, "get", "pods", "-l", "a===b")).toContain("found '=', expected: identifier");
  expect(await complaint(lab, "get", "pods", "--field-selector", "spec.foo=1")).toContain(
    "field label not supported: spec.foo",
  );
  expect(await complaint(lab, "delete", "pod", "xwing")).toContain('User "lab" cannot delete resource "pods"');
});

async function output(lab: Lab, ...words: readonly string[]): Promise<string> {
  const { args, env } = prepare(lab, words);
  return (await run(kubectl ?? "", args, { env, timeout: 20_000 })).stdout;
}

async function complaint(lab: Lab, ...words: readonly string[]): Promise<string> {
  const { args, env } = prepare(lab, words);
  const failed: unknown = await run(kubectl ?? "", args, { env, timeout: 20_000 }).catch((error: unknown) => error);
  return failed instanceof Error && "stderr" in failed ? String(failed.stderr) : "it did not fail";
}

function start(lab: Lab, ...words: readonly string[]): { shows(pattern: RegExp): Promise<void> } {
  const { args, env } = prepare(lab, words);
  const child: ChildProcess = spawn(kubectl ?? "", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let shown = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, "exit");
  });
  return {
    async shows(pattern) {
      const signal = AbortSignal.timeout(15_000);
      while (!pattern.test(shown)) {
        await once(child.stdout ?? child, "data", { signal }).catch(() => {
          throw new Error(`kubectl did not show ${String(pattern)} but ${JSON.stringify(shown)}`);
        });
      }
    },
  };
}

/** A folder of its own: kubectl keeps discovery documents under the address of the server, and ports are used again. */
function prepare(lab: Pick<Lab, "kubeconfig">, words: readonly string[]): { args: string[]; env: NodeJS.ProcessEnv } {
  const folder = mkdtempSync(join(tmpdir(), "lab-kubectl-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "config"), lab.kubeconfig(), { mode: 0o600 });
  const args = ["--kubeconfig", join(folder, "config"), "--cache-dir", join(folder, "cache"), ...words];
  return { args, env: { PATH: process.env["PATH"], HOME: folder } };
}
