import { expect, test } from "vitest";
import { type Binding, permit } from "../../src/access/access.ts";
import { type Random, randomFrom } from "../fixtures/random.ts";

const clusters = ["eu", "us", "lab"];
const namespaces = ["payments", "ledger", "default", "kube-system"];
const commands = ["drops", "observe", "policies", "help"];

const some = (random: Random, names: readonly string[], star: number) =>
  random.chance(star) ? ["*"] : names.filter(() => random.chance(0.4));

const binding = (random: Random): Binding => ({
  match: "slack:C1",
  clusters: some(random, clusters, 0.2),
  namespaces: some(random, namespaces, 0.2),
  commands: some(random, commands, 0.3),
});

/** Does one single binding allow this command to see this namespace of this cluster? */
function oneAllows(bindings: readonly Binding[], command: string, cluster: string, namespace: string): boolean {
  for (const one of bindings) {
    const lists = [one.commands, one.clusters, one.namespaces];
    const names = [command, cluster, namespace];
    if (lists.every((list, at) => list.some((item) => item === "*" || item === names[at]))) return true;
  }
  return false;
}

test("nothing is permitted or seen that no single binding allows, and nothing less", () => {
  const random = randomFrom(7);
  const seen = { ok: 0, command: 0, cluster: 0, namespace: 0 };
  for (let run = 0; run < 20_000; run++) {
    const bindings = Array.from({ length: random.below(4) }, () => binding(random));
    const command = random.pick(commands);
    const asked = clusters.filter(() => random.chance(0.5));
    const named = random.chance(0.5) ? [] : namespaces.filter(() => random.chance(0.3));
    // "elsewhere" stands for every namespace that no configuration names.
    const visibleOf = (cluster: string) =>
      [...namespaces, "elsewhere"].filter((namespace) => oneAllows(bindings, command, cluster, namespace));

    const result = permit(bindings, { command, clusters: asked, named, contact: "somebody" });

    seen[result.ok ? "ok" : result.reason]++;
    const allowed =
      asked.length > 0 &&
      asked.every((cluster) => visibleOf(cluster).length > 0) &&
      (named.length === 0 || named.some((name) => asked.some((cluster) => visibleOf(cluster).includes(name))));
    expect(result.ok).toBe(command === "help" ? bindings.length > 0 : allowed);
    if (!result.ok) continue;
    for (const cluster of asked) {
      const list = Object.hasOwn(result.visible, cluster) ? result.visible[cluster] : undefined;
      const shown = [...namespaces, "elsewhere"].filter((namespace) => !list || list.includes(namespace));
      expect(shown).toEqual(visibleOf(cluster));
    }
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(200);
});
