/** The client library that the bot uses, against the lab. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  CoreV1Api,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { type Lab, startLab } from "./lab.ts";

test("an informer follows the policy through the steps, a cut and an expired version", async () => {
  const lab = await startLab({ step: "l3-l4" });
  const { seen, lists } = await follow(lab);
  await until(() => seen.length === 1);
  lab.world.setStep("l7", lab.now());
  await until(() => seen.length === 2);
  expect(seen).toEqual(["add rule1 1", "update rule1 2"]);
  // Cut: it watches on from where it was, without a new list.
  lab.store.disconnect();
  await until(() => lab.store.watches() === 1);
  expect(lists()).toBe(1);
  // Expired: it has to list again, and so learns what it has missed.
  lab.store.disconnect();
  lab.store.remove("CiliumNetworkPolicy", "default", "rule1");
  lab.store.expire();
  await until(() => seen.length === 3);
  expect(seen.at(-1)).toBe("delete rule1 2");
  expect(lists()).toBe(2);
});

test("typed clients read typed objects, and learn of refusals by their codes", async () => {
  const lab = await startLab();
  const core = config(lab).makeApiClient(CoreV1Api);
  const pods = await core.listNamespacedPod({ namespace: "default", labelSelector: "org=empire" });
  expect(pods.items.map((pod) => pod.status?.phase)).toEqual(["Running", "Running", "Running"]);
  expect(pods.items[0]?.metadata?.creationTimestamp).toEqual(new Date("2026-11-20T11:00:00Z"));
  await expect(core.readNamespacedPod({ namespace: "default", name: "nope" })).rejects.toMatchObject({ code: 404 });
  await expect(core.deleteNamespacedPod({ namespace: "default", name: "xwing" })).rejects.toMatchObject({ code: 403 });
});

interface Following {
  /** `<event> <name> <generation>`. */
  readonly seen: readonly string[];
  lists(): number;
}

async function follow(lab: Lab): Promise<Following> {
  const kubeconfig = config(lab);
  const custom = kubeconfig.makeApiClient(CustomObjectsApi);
  const where = { group: "cilium.io", version: "v2", plural: "ciliumnetworkpolicies" };
  const seen: string[] = [];
  let lists = 0;
  const informer: Informer<KubernetesObject> = makeInformer(
    kubeconfig,
    `/apis/${where.group}/${where.version}/${where.plural}`,
    async () => {
      lists += 1;
      return (await custom.listClusterCustomObject(where)) as KubernetesListObject<KubernetesObject>;
    },
  );
  for (const event of ["add", "update", "delete"] as const)
    informer.on(event, ({ metadata }) => seen.push(`${event} ${metadata?.name} ${metadata?.generation}`));
  informer.on("error", () => void informer.start());
  onTestFinished(() => informer.stop());
  await informer.start();
  return { seen, lists: () => lists };
}

function config(lab: Lab): KubeConfig {
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromString(lab.kubeconfig());
  return kubeconfig;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (condition()) return;
    await sleep(10);
  }
  throw new Error("it did not come to pass within five seconds");
}
