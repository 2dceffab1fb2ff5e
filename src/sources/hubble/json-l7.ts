/** The L7 record of a flow in JSON. */
import type { L7 } from "../../analysis/flow.ts";
import { l7Kind } from "./decode-l7.ts";
import { enumNumber } from "./json-enums.ts";
import { list, number, object, text, texts } from "./json-values.ts";

export function readL7(value: unknown): L7 | undefined {
  const l7 = object(value);
  if (l7 === undefined) return undefined;
  const head = { kind: l7Kind(enumNumber("L7FlowType", l7["type"])), latencyNs: number(l7["latency_ns"]) };
  const dns = object(l7["dns"]);
  const http = object(l7["http"]);
  const kafka = object(l7["kafka"]);
  if (dns !== undefined)
    return {
      ...head,
      protocol: "dns",
      query: text(dns["query"]),
      rcode: number(dns["rcode"]),
      ips: texts(dns["ips"]),
      cnames: texts(dns["cnames"]),
      qtypes: texts(dns["qtypes"]),
      ttl: number(dns["ttl"]),
      observationSource: text(dns["observation_source"]),
    };
  if (http !== undefined)
    return {
      ...head,
      protocol: "http",
      code: number(http["code"]),
      method: text(http["method"]),
      url: text(http["url"]),
      version: text(http["protocol"]),
      headers: list(http["headers"]).map((one) => {
        const header = object(one);
        return { key: text(header?.["key"]), value: text(header?.["value"]) };
      }),
    };
  if (kafka !== undefined)
    return {
      ...head,
      protocol: "kafka",
      apiKey: text(kafka["api_key"]),
      topic: text(kafka["topic"]),
      errorCode: number(kafka["error_code"]),
    };
  return { ...head, protocol: "" };
}
