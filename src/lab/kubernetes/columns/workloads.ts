/** Columns that `kubectl get` shows of workloads. */
import { count, field, items, type KubernetesObject, text } from "../object.ts";
import { ageColumn, type Column, column, labelText, nameColumn, wide } from "./column.ts";
import { humanDuration, since } from "./duration.ts";

const containers = wide("Containers", "Names of each container in the template.", (object) =>
  ofTemplate(object, "name"),
);
const images = wide("Images", "Images of each container in the template.", (object) => ofTemplate(object, "image"));
const selector = wide("Selector", "Label selector for pods.", (object) =>
  labelText(field(object, "spec", "selector", "matchLabels")),
);

export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  Deployment: [
    nameColumn,
    column("Ready", "Number of the pod with ready state.", readyOfDesired),
    number("Up-to-date", "Pods that have the desired template.", "updatedReplicas"),
    number("Available", "Pods that are available.", "availableReplicas"),
    ageColumn,
    containers,
    images,
    selector,
  ],
  ReplicaSet: [
    nameColumn,
    column("Desired", "Pods asked for.", (object) => count(object, "spec", "replicas"), "integer"),
    number("Current", "Pods there are.", "replicas"),
    number("Ready", "Pods that are ready.", "readyReplicas"),
    ageColumn,
    containers,
    images,
    selector,
  ],
  StatefulSet: [nameColumn, column("Ready", "Pods that are ready.", readyOfDesired), ageColumn, containers, images],
  DaemonSet: [
    nameColumn,
    number("Desired", "Nodes that should run the pod.", "desiredNumberScheduled"),
    number("Current", "Nodes that run it.", "currentNumberScheduled"),
    number("Ready", "Nodes where it is ready.", "numberReady"),
    number("Up-to-date", "Nodes that run the newest template.", "updatedNumberScheduled"),
    number("Available", "Nodes where it is available.", "numberAvailable"),
    column("Node Selector", "Nodes it is for.", (object) =>
      labelText(field(object, "spec", "template", "spec", "nodeSelector")),
    ),
    ageColumn,
    containers,
    images,
    selector,
  ],
  Job: [
    nameColumn,
    column("Status", "Status of the job.", jobStatus),
    column("Completions", "Completions of the job.", (object) => {
      const wanted = field(object, "spec", "completions");
      return `${count(object, "status", "succeeded")}/${typeof wanted === "number" ? wanted : 1}`;
    }),
    column("Duration", "How long the job ran.", jobDuration),
    ageColumn,
    containers,
    images,
    selector,
  ],
  CronJob: [
    nameColumn,
    column("Schedule", "When it runs.", (object) => text(object, "spec", "schedule")),
    column("Timezone", "Of the schedule.", (object) => text(object, "spec", "timeZone") || "<none>"),
    column("Suspend", "Whether it is suspended.", (object) =>
      field(object, "spec", "suspend") === true ? "True" : "False",
    ),
    column("Active", "Jobs running now.", (object) => items(object, "status", "active").length, "integer"),
    column("Last Schedule", "When it last ran.", (object, now) => {
      const last = field(object, "status", "lastScheduleTime");
      return last === undefined ? "<none>" : since(last, now);
    }),
    ageColumn,
  ],
};

function number(name: string, description: string, key: string): Column {
  return column(name, description, (object) => count(object, "status", key), "integer");
}

function readyOfDesired(object: KubernetesObject): string {
  return `${count(object, "status", "readyReplicas")}/${count(object, "spec", "replicas")}`;
}

function ofTemplate(object: KubernetesObject, key: string): string {
  return items(object, "spec", "template", "spec", "containers")
    .map((container) => text(container, key))
    .join(",");
}

function jobStatus(object: KubernetesObject): string {
  const holds = items(object, "status", "conditions").filter((condition) => text(condition, "status") === "True");
  const types = holds.map((condition) => text(condition, "type"));
  return ["Complete", "Failed", "Suspended"].find((type) => types.includes(type)) ?? "Running";
}

function jobDuration(object: KubernetesObject, now: number): string {
  const start = Date.parse(text(object, "status", "startTime"));
  const end = Date.parse(text(object, "status", "completionTime"));
  if (Number.isNaN(start)) return "";
  return humanDuration((Number.isNaN(end) ? now : end) - start);
}
