/** Hubble's dashboard of HTTP by workload: requests to a workload, by who sends them and by who receives them. */
import { type Panel, type PanelData, quantiles, row, type Way } from "./panel.ts";

const requests = "hubble_http_requests_total";
const duration = "hubble_http_request_duration_seconds_bucket";
const source = ["source_namespace", "source_workload"];
const destination = ["destination_namespace", "destination_workload"];
const usage = ["sum_irate", "sum_rate5m"] as const;

const received = `${by(destination)}(rate(${requests}{$to}[$rate]))`;
/** 0 where all requests were answered well. */
const errors = `(${by(destination)}(rate(${requests}{$to, status=~"5.*"}[$rate])) or ${received} * 0)`;
/** A picture's lines, twice: errors never fold, however many workloads there are. */
export const httpErrorLeaders = 12;

export const hubbleHttp: readonly Panel[] = [
  ...row("hubble-http", "General", [
    {
      name: "workload-requests",
      titles: ["Incoming Request Volume"],
      question: "How many HTTP requests does the workload receive?",
      unit: "requests/s",
      chart: "lines",
      ways: [{ series: [{ promql: `sum(rate(${requests}{$to}[$rate]))` }] }],
    },
    success("workload-success", "Incoming Request Success Rate (non-5xx responses)", "of the workload's requests", []),
    times("workload-durations", "Request Duration", "requests to the workload", []),
  ]),
  ...row("hubble-http", "Requests by Source", [
    codes("requests-by-source", "Incoming Requests by Source and Response Code", "Who sends requests", source),
    success(
      "success-by-source",
      "Incoming Request Success Rate (non-5xx responses) By Source",
      "of each sender's requests",
      source,
    ),
    times("durations-by-source", "HTTP Request Duration by Source", "each sender's requests", source),
    {
      name: "cpu-by-source",
      titles: ["CPU Usage by Source"],
      question: "How much CPU do the workloads use that send requests? 100% is one core.",
      unit: "ratio",
      chart: "lines",
      ways: [senders(usage[0]), senders(usage[1])],
    },
  ]),
  ...row("hubble-http", "Requests by Destination", [
    codes(
      "requests-by-destination",
      "Incoming Requests by Destination and Response Code",
      "Who receives requests",
      destination,
    ),
    {
      name: "errors-by-destination",
      titles: [],
      question: "Who answers most requests with server errors, and how many requests does it receive?",
      unit: "requests/s",
      chart: "lines",
      ways: [
        {
          series: [
            { as: "errors", promql: errors, top: httpErrorLeaders },
            { as: "requests", promql: received, top: httpErrorLeaders, topOf: errors },
          ],
          labels: { [requests]: [...destination, "status"] },
        },
      ],
    },
    success(
      "success-by-destination",
      "Incoming Request Success Rate (non-5xx responses) By Destination",
      "of each receiver's requests",
      destination,
    ),
    times("durations-by-destination", "HTTP Request Duration by Destination", "requests to each receiver", destination),
    {
      name: "cpu-by-destination",
      titles: ["CPU Usage by Destination"],
      question: "How much CPU do the workloads use that receive requests? 100% is one core.",
      unit: "ratio",
      chart: "lines",
      ways: [{ series: [{ promql: cpu(usage[0], "$owner") }] }, { series: [{ promql: cpu(usage[1], "$owner") }] }],
    },
  ]),
];

/** A label that is not there groups nothing: `cluster` divides only where there are several. */
function by(labels: readonly string[], ...more: readonly string[]): string {
  const all = [...(labels.length > 0 ? ["cluster", ...labels] : []), ...more];
  return all.length === 0 ? "sum" : `sum by (${all.join(", ")}) `;
}

function codes(name: string, title: string, who: string, labels: readonly string[]): PanelData {
  return {
    name,
    titles: [title],
    question: `${who}, and with which status are they answered?`,
    unit: "requests/s",
    chart: "lines",
    ways: [
      {
        series: [{ promql: `${by(labels, "status")}(rate(${requests}{$to}[$rate]))` }],
        labels: { [requests]: [...labels, "status"] },
      },
    ],
  };
}

function success(name: string, title: string, whose: string, labels: readonly string[]): PanelData {
  const sum = by(labels);
  const all = `${sum}(rate(${requests}{$to}[$rate]))`;
  return {
    name,
    titles: [title],
    question: `What share ${whose} is answered without a server error?`,
    unit: "ratio",
    chart: "lines",
    ways: [
      {
        series: [{ promql: `(${sum}(rate(${requests}{$to, status!~"5.*"}[$rate])) or ${all} * 0) / (${all} > 0)` }],
        labels: { [requests]: [...labels, "status"] },
      },
    ],
    quiet: "no request was answered",
    worst: "least",
  };
}

function times(name: string, title: string, whose: string, labels: readonly string[]): PanelData {
  return {
    name,
    titles: [title],
    question: `How long do ${whose} take?`,
    unit: "seconds",
    chart: "lines",
    ways: [
      {
        series: quantiles(`${by(labels, "le")}(rate(${duration}{$to}[$rate]))`, [0.5, 0.95, 0.99]),
        ...(labels.length > 0 && { labels: { [duration]: labels } }),
      },
    ],
    quiet: "no request was answered",
  };
}

/** From the recording rules of kube-prometheus, whose names tell how they were made. `whose`: a place of the expression. */
function cpu(rule: (typeof usage)[number], whose: string): string {
  const used = `node_namespace_pod_container:container_cpu_usage_seconds_total:${rule}{$cluster}`;
  const owners = `namespace_workload_pod:kube_pod_owner:relabel{${whose}}`;
  return `sum by (namespace, workload) (${used} * on (namespace, pod) group_left (workload, workload_type) ${owners})`;
}

function senders(rule: (typeof usage)[number]): Way {
  const sending = `sum by (source_namespace, source_workload) (rate(${requests}{$to}[$rate])) > 0`;
  const renamed = `label_replace(label_replace(${sending}, "namespace", "$1", "source_namespace", "(.*)"), "workload", "$1", "source_workload", "(.*)")`;
  return {
    series: [{ promql: `${cpu(rule, "$cluster")} and on (namespace, workload) ${renamed}` }],
    labels: { [requests]: source },
    note: "Of whoever sends requests, in any namespace; the dashboard looks for senders in the receiver's namespace.",
  };
}
