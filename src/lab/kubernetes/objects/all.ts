/** Everything the cluster holds whatever the step; the policy comes and goes beside it. */
import type { World } from "../../world/world.ts";
import type { KubernetesObject } from "../object.ts";
import { ciliumNodeObjects, endpointObjects, identityObjects } from "./cilium.ts";
import { ciliumConfig, namespaceObjects, nodeObjects } from "./cluster.ts";
import { podObjects } from "./pods.ts";
import { serviceObjects } from "./services.ts";
import { workloadObjects } from "./workloads.ts";

export function clusterObjects(world: World): KubernetesObject[] {
  return [
    ...namespaceObjects(world),
    ...nodeObjects(world),
    ciliumConfig(world),
    ...workloadObjects(world),
    ...podObjects(world),
    ...serviceObjects(world),
    ...ciliumNodeObjects(world),
    ...identityObjects(world),
    ...endpointObjects(world),
  ];
}
