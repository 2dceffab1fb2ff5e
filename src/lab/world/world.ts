/**
 * The simulated cluster: everything the lab serves is a pure function of (seed, time) and of the schedule of policy steps. Ask for the same window twice
 * and the same flows come back, whoever asks and however often.
 */
import type { GetFlowsResponse } from "../../sources/hubble/wire.ts";

export const stepNames = ["none", "l3-l4", "l7", "deleted"] as const;
/** Star Wars step by step: no policy, L3/L4 rule1, L7 rule1, rule1 deleted. */
export type StepName = (typeof stepNames)[number];

/** What can be deployed beside Star Wars: webpod with HTTP and DNS made visible by a policy, and connections that break in as many ways as there are. */
export const scenarioNames = ["webpod", "paths"] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** Packets from many addresses outside, all of them dropped. */
export interface Burst {
  /** Epoch milliseconds of its first packet. */
  readonly at: number;
  readonly seconds: number;
  /** Dropped packets per second. */
  readonly perSecond: number;
  /** Addresses that they come from. */
  readonly sources: number;
}

export interface LabNode {
  readonly name: string;
  readonly ip: string;
  readonly podCidr: string;
  /** Name of its cilium agent pod: the `pod` label of its metrics. */
  readonly agentPod: string;
  readonly controlPlane: boolean;
}

export interface LabPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly ip: string;
  /** Host-network pods have no CiliumEndpoint and no identity of their own. */
  readonly hostNetwork: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** The object that owns it; null for a bare Pod. For a Deployment the ReplicaSet in between is named too. */
  readonly owner: {
    readonly kind: "Deployment" | "DaemonSet";
    readonly name: string;
    readonly replicaSet?: string;
  } | null;
  readonly endpointId: number;
  readonly identity: number;
  readonly containerPorts: readonly {
    readonly name: string;
    readonly port: number;
    readonly protocol: "TCP" | "UDP";
  }[];
}

/** One dropped packet or refused request, as the datapath did it: what the bot's answer is compared with. */
export interface LedgerEntry {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly node: string;
  /** `packet`: a drop event (and its policy-verdict twin where a policy did it). `request`: an L7 denial. */
  readonly kind: "packet" | "request";
  /** DropReason enum name; for requests `L7`. */
  readonly reason: string;
  readonly direction: "INGRESS" | "EGRESS";
  /** `namespace/workload`; else reserved name, DNS name or address. */
  readonly source: string;
  readonly destination: string;
  /** 0 where the protocol has no ports. */
  readonly port: number;
  /** `TCP`, `UDP`, `ICMPv6`; for requests `http`. */
  readonly protocol: string;
  readonly method?: string;
  /** Without its query. */
  readonly path?: string;
}

/** Totals since the world began, per node. Keys are the label values joined by the order written. */
export interface NodeCounters {
  /** `reason text|direction` → packets, as cilium_drop_count_total counts them. */
  readonly drops: ReadonlyMap<string, number>;
  readonly dropBytes: ReadonlyMap<string, number>;
  /** direction → packets. */
  readonly forwards: ReadonlyMap<string, number>;
  readonly forwardBytes: ReadonlyMap<string, number>;
  /** `reason enum|protocol` → DROPPED flows (policy drops count twice, as in Hubble). */
  readonly hubbleDrops: ReadonlyMap<string, number>;
  /** `protocol|type|subtype|verdict` → flows. */
  readonly flows: ReadonlyMap<string, number>;
  /** `direction|match|action` → verdicts. */
  readonly policyVerdicts: ReadonlyMap<string, number>;
  /** `rule|proxy_type` → requests (received, forwarded, denied). */
  readonly policyL7: ReadonlyMap<string, number>;
  /** `map_name|operation|outcome` → operations. */
  readonly mapOps: ReadonlyMap<string, number>;
}

export interface World {
  readonly seed: number;
  /** Epoch milliseconds; nothing happened before. */
  readonly bornAt: number;
  readonly clusterName: string;
  readonly nodes: readonly LabNode[];
  readonly pods: readonly LabPod[];
  readonly scenarios: readonly ScenarioName[];
  stepAt(time: number): StepName;
  /** Time of the change that led to the step in force at `time`. */
  stepSince(time: number): number;
  /** Appends to the schedule; `at` must not lie before the newest change. */
  setStep(step: StepName, at: number): void;
  /** Called after each setStep; returns the function that stops it. */
  onStep(listener: (step: StepName, at: number) => void): () => void;
  /** Adds a burst; `at` must not lie before the end of the newest one. Gives it as it will be: it begins with a tenth of a second. */
  burst(what: Burst): Burst;
  /** All that were added, oldest first. */
  bursts(): readonly Burst[];
  /** Called after each setStep and burst with the time from which the world is another; returns the function that stops it. */
  onChange(listener: (at: number) => void): () => void;
  /** Flows of one node as Hubble sends them, from ≤ time < to, oldest first. */
  flows(node: string, from: number, to: number): GetFlowsResponse[];
  /** from ≤ time < to, all nodes, oldest first. */
  ledger(from: number, to: number): LedgerEntry[];
  counters(node: string, at: number): NodeCounters;
}
