/** How the agents are configured, as far as the cluster's objects tell: ConfigMap cilium-config, the agents' image, CiliumCIDRGroups. And in words what was assumed. */
import { defaultSettings, type Settings, settingsFromConfig } from "../../policy/settings.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import type { AgentConfigEntry } from "./entries.ts";
import type { Reflector } from "./reflector.ts";
import { isReadable, isSettled } from "./status.ts";

const configKey = "kube-system/cilium-config";
/** Resources that settings are read from: waited for, and never missing in an answer. */
export const settingsResources = ["configmaps", "ciliumcidrgroups"];

/** What is known; nothing stands for what has to be assumed. */
export function agentSettings(index: ClusterIndex): Partial<Settings> {
  const config = index.agentConfig.get(configKey);
  const minor = minorOf(index);
  return {
    ...(minor !== undefined && { minor }),
    ...(config
      ? settingsFromConfig(config.data)
      : // As Helm installs it.
        { nodeSelectorLabels: true, localClusterOnly: (minor ?? defaultSettings.minor) >= 19 }),
    cidrGroups: [...index.cidrGroups.values()],
  };
}

/** While a cluster is upgraded, its oldest agents. */
function minorOf(index: ClusterIndex): number | undefined {
  let least: number | undefined;
  for (const { minor } of index.agents.values()) if (minor !== undefined) least = Math.min(minor, least ?? minor);
  return least;
}

/** Which settings an answer rests on, a sentence or two. */
export function settingsNotes(index: ClusterIndex, reflectors: readonly Reflector[]): string[] {
  const config = index.agentConfig.get(configKey);
  const minor = minorOf(index);
  if (config) return [known(config, minor), ...auditNote(config)];
  const version = minor ?? defaultSettings.minor;
  return [
    `Policy enforcement: default is assumed, as Helm installs Cilium 1.${version}, because ${whyNot(reflectors)}.`,
  ];
}

function known({ data }: AgentConfigEntry, minor: number | undefined): string {
  const { enforcement } = settingsFromConfig(data);
  const version =
    minor === undefined
      ? `; the agents' version is not known, 1.${defaultSettings.minor} is assumed`
      : `, Cilium 1.${minor}`;
  return `Policy enforcement: ${enforcement} (cilium-config)${version}.`;
}

function auditNote({ data }: AgentConfigEntry): string[] {
  if (data["policy-audit-mode"] !== "true") return [];
  return [
    "Policies are only audited (policy-audit-mode in cilium-config): what they deny is reported as AUDIT and passes.",
  ];
}

function whyNot(reflectors: readonly Reflector[]): string {
  const reflector = reflectors.find(({ resource }) => resource.name === "configmaps");
  if (reflector === undefined || !isSettled(reflector)) return "ConfigMap cilium-config is not read yet";
  if (!isReadable(reflector)) return "our role may not read ConfigMap cilium-config";
  return "kube-system has no ConfigMap cilium-config";
}

/** Undefined when the groups that rules point at are known. */
export function groupsUnread(reflectors: readonly Reflector[]): string | undefined {
  const reflector = reflectors.find(({ resource }) => resource.name === "ciliumcidrgroups");
  if (reflector !== undefined && isReadable(reflector)) return undefined;
  return reflector !== undefined && isSettled(reflector)
    ? "which our role may not list: those entries are taken for empty; allow list and watch on ciliumcidrgroups"
    : "which are not read yet: those entries are taken for empty";
}

/** A sentence about those of these policies that point at groups; none where groups are known. */
export function groupNotes(policies: Iterable<GroupUser>, unread: string | undefined): string[] {
  if (unread === undefined) return [];
  const names = [...policies].filter(pointsAtGroup).map(({ name }) => name);
  if (names.length === 0) return [];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return [
    `${names.slice(0, 3).join(", ")}${more} ${names.length === 1 ? "refers" : "refer"} to CiliumCIDRGroups, ${unread}.`,
  ];
}

interface GroupUser {
  readonly name: string;
  readonly spec: unknown;
  readonly specs: unknown;
}

function pointsAtGroup({ spec, specs }: GroupUser): boolean {
  const text = JSON.stringify([spec, specs]);
  return text.includes('"cidrGroupRef"') || text.includes('"cidrGroupSelector"');
}
