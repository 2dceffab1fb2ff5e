/** Hubble's dashboard: HTTP and DNS. */
import { missing, only, type Panel, quantiles, row } from "./panel.ts";

const answers = "rate(hubble_dns_responses_total{$pod}[1m])";
const good = 'rate(hubble_dns_responses_total{$pod, rcode="No Error"}[1m])';
const bad = 'rate(hubble_dns_responses_total{$pod, rcode!="No Error"}[1m])';
const noReply = "With what got no reply at all, which the dashboard leaves out.";

export const hubbleL7: readonly Panel[] = [
  ...row("hubble", "HTTP", [
    {
      name: "http-requests",
      titles: ["HTTP Requests"],
      question: "How many HTTP requests are sent, by method?",
      unit: "requests/s",
      chart: "lines",
      ways: only("sum by (pod, method) (rate(hubble_http_requests_total{$pod}[1m]))"),
    },
    {
      name: "http-responses",
      titles: ["HTTP responses"],
      question: "With which status are HTTP requests answered?",
      unit: "responses/s",
      chart: "lines",
      ways: [
        {
          series: [{ promql: "sum by (pod, status) (rate(hubble_http_requests_total{$pod}[1m]))" }],
          labels: { hubble_http_requests_total: ["status"] },
          note: "From hubble_http_requests_total: with httpV2 there is no hubble_http_responses_total, which the dashboard asks for.",
        },
        only("sum by (pod, status) (rate(hubble_http_responses_total{$pod}[1m]))")[0],
      ],
    },
    {
      name: "http-latency",
      titles: ["HTTP Request/Response Latency (p50)", "HTTP Request/Response Latency (p99)"],
      question: "How long do HTTP requests take?",
      unit: "seconds",
      chart: "lines",
      ways: [
        {
          series: quantiles(
            "sum by (pod, method, le) (rate(hubble_http_request_duration_seconds_bucket{$pod}[1m]))",
            [0.5, 0.99],
          ),
          note: "By node and method; the dashboard draws a line for every set of labels.",
        },
      ],
      quiet: "no HTTP request was answered",
    },
    {
      name: "http-protocols",
      titles: ["HTTP Protocol Usage"],
      question: "Which versions of HTTP are used?",
      unit: "requests/s",
      chart: "lines",
      ways: only("sum by (pod, protocol) (rate(hubble_http_requests_total{$pod}[5m]))"),
    },
  ]),
  ...row("hubble", "DNS", [
    {
      name: "dns-queries",
      titles: ["DNS Requests"],
      question: "How many DNS queries are sent, by type?",
      unit: "queries/s",
      chart: "lines",
      ways: only("sum by (pod, qtypes) (rate(hubble_dns_queries_total{$pod}[1m]))"),
    },
    {
      name: "dns-responses",
      titles: ["DNS responses"],
      question: "How many DNS queries are answered well, by type?",
      unit: "responses/s",
      chart: "lines",
      ways: only(`sum by (pod, qtypes) (${good})`),
      quiet: "no DNS query was answered well",
    },
    {
      name: "missing-dns-responses",
      titles: ["Missing DNS Responses"],
      question: "How many DNS queries get no answer?",
      unit: "queries/s",
      chart: "lines",
      ways: only(
        missing("sum by (pod, qtypes) (rate(hubble_dns_queries_total{$pod}[1m]))", `sum by (pod, qtypes) (${answers})`),
        noReply,
      ),
    },
    {
      name: "dns-response-types",
      titles: ["DNS Response Record Type"],
      question: "Which record types do DNS answers have?",
      unit: "responses/s",
      chart: "lines",
      ways: only("sum by (pod, type) (rate(hubble_dns_response_types_total{$pod}[1m]))"),
    },
    {
      name: "dns-ips-returned",
      titles: ["DNS Response IPs Returned"],
      question: "How many addresses does a DNS answer have?",
      unit: "responses/s",
      chart: "lines",
      ways: only(`sum by (pod, ips_returned) (${good})`),
      quiet: "no DNS query was answered well",
    },
    {
      name: "dns-errors",
      titles: ["DNS Errors"],
      question: "Which DNS queries fail, and how?",
      unit: "errors/s",
      chart: "areas",
      ways: [
        {
          // A minute of many errors is less than a day of some.
          series: [{ promql: `sum by (pod, qtypes, rcode) (${bad}) > 0`, kept: "most" }],
          note: "Non-Existent Domain is often harmless: names are tried with each search domain first.",
        },
      ],
      quiet: "no DNS query failed",
    },
    {
      name: "dns-error-pods",
      titles: ["Pods with DNS errors"],
      question: "Whose DNS queries fail most?",
      unit: "errors/s",
      chart: "lines",
      ways: [
        {
          series: [{ promql: `sum by (pod, destination) (${bad}) > 0`, top: 10 }],
          labels: { hubble_dns_responses_total: ["destination"] },
        },
      ],
      quiet: "no DNS query failed",
    },
    {
      name: "top-dns-queries",
      titles: ["Top 10 DNS Queries per minute"],
      question: "Which names are asked for most?",
      unit: "queries/min",
      chart: "lines",
      ways: [
        {
          series: [{ promql: "sum by (query, qtypes) (rate(hubble_dns_queries_total{$pod}[10m])) * 60", top: 10 }],
          labels: { hubble_dns_queries_total: ["query"] },
        },
      ],
    },
  ]),
];
