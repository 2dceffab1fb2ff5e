/** Everything the cluster holds whatever the step; rule1 comes and goes beside it. */
import type { World } from "../../world/world.ts";
import type { KubernetesObject } from "../object.ts";
import { ciliumNodeObjects, endpointObjects, identityObjects } from "./cilium.ts";
import { ciliumConfig, namespaceObjects, nodeObjects } from "./cluster.ts";
import { l7VisibilityObject } from "./l7-visibility.ts";
import { pathObjects } from "./paths.ts";
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
    ...(world.scenarios.includes("webpod") ? [l7VisibilityObject(world)] : []),
    ...(world.scenarios.includes("paths") ? pathObjects(world) : []),
  ];
}
