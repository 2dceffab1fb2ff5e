/** What the agents are configured to, as far as a verdict depends on it. The ConfigMap cilium-config's key stands beside each. */
import type { Selector } from "./selector.ts";

export interface Settings {
  /** Cilium 1.x: 17, 18, 19. */
  readonly minor: number;
  /** `enable-policy`. */
  readonly enforcement: "default" | "always" | "never";
  /** `cluster-name`. */
  readonly cluster: string;
  /** `policy-default-local-cluster`: Helm's default is true from 1.19 on. */
  readonly localClusterOnly: boolean;
  /** `enable-ipv4` and `enable-ipv6` both: outside addresses are then world-ipv4 or world-ipv6. */
  readonly dualStack: boolean;
  /** `allow-localhost`: `always` in Kubernetes. */
  readonly allowLocalhost: "always" | "policy";
  /** `enable-host-firewall`. */
  readonly hostFirewall: boolean;
  /** `enable-node-selector-labels`: fromNodes and toNodes need it. */
  readonly nodeSelectorLabels: boolean;
  /** `policy-cidr-match-mode: nodes`. */
  readonly cidrMatchesNodes: boolean;
  /** `enable-l7-proxy`. */
  readonly l7Proxy: boolean;
  /** CiliumCIDRGroup objects. */
  readonly cidrGroups: readonly CidrGroup[];
  /** What toServices may name. */
  readonly services: readonly PolicyService[];
  /** Container port names of all pods: egress rules look names up here, whoever the peer is. */
  readonly namedPorts: readonly NamedPort[];
}

export interface CidrGroup {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cidrs: readonly string[];
}

export interface PolicyService {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The labels of its pods; null for a Service without selector, whose `addresses` count instead. */
  readonly selector: Selector | null;
  readonly addresses: readonly string[];
}

export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** Cilium 1.18 as Helm installs it. */
export const defaultSettings: Settings = {
  minor: 18,
  enforcement: "default",
  cluster: "default",
  localClusterOnly: false,
  dualStack: false,
  allowLocalhost: "always",
  hostFirewall: false,
  nodeSelectorLabels: false,
  cidrMatchesNodes: false,
  l7Proxy: true,
  cidrGroups: [],
  services: [],
  namedPorts: [],
};

/** The keys of ConfigMap cilium-config that a verdict depends on, and `policy-audit-mode`, with which verdicts are only reported. */
export const configKeys: readonly string[] = [
  "allow-localhost",
  "cluster-name",
  "enable-host-firewall",
  "enable-ipv4",
  "enable-ipv6",
  "enable-l7-proxy",
  "enable-node-selector-labels",
  "enable-policy",
  "policy-audit-mode",
  "policy-cidr-match-mode",
  "policy-default-local-cluster",
];

/** What the agents make of it: a key that is not there has the agent's own default, which is not always Helm's. */
export function settingsFromConfig(
  config: Readonly<Record<string, string>>,
): Omit<Settings, "minor" | "cidrGroups" | "services" | "namedPorts"> {
  const word = (key: string) => (config[key] ?? "").trim().toLowerCase();
  const isOn = (key: string, otherwise = false) =>
    word(key) === "" ? otherwise : ["true", "1", "t"].includes(word(key));
  const enforcement = word("enable-policy");
  return {
    enforcement: enforcement === "always" || enforcement === "never" ? enforcement : "default",
    cluster: config["cluster-name"] || "default",
    localClusterOnly: isOn("policy-default-local-cluster"),
    dualStack: isOn("enable-ipv4", true) && isOn("enable-ipv6", true),
    // `auto` is `always` in Kubernetes.
    allowLocalhost: word("allow-localhost") === "policy" ? "policy" : "always",
    hostFirewall: isOn("enable-host-firewall"),
    nodeSelectorLabels: isOn("enable-node-selector-labels"),
    cidrMatchesNodes: word("policy-cidr-match-mode")
      .split(/[\s,]+/)
      .includes("nodes"),
    l7Proxy: isOn("enable-l7-proxy", true),
  };
}

/** Where the agents' configuration is not known: nothing is refused that some configuration takes. */
export const lenientSettings: Settings = { ...defaultSettings, nodeSelectorLabels: true };
