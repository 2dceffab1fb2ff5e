/** HTTP headers: the values of a few that say nothing about people are shown, of all others hidden, whatever they are called. */
import { skeleton } from "./fold.ts";
import type { Rulings } from "./patterns.ts";
import { isSecretName } from "./secret-names.ts";

export interface HeaderRules {
  readonly rulings: Rulings;
  readonly url: (text: string) => string;
  readonly name: (text: string) => string;
  readonly text: (text: string) => string;
}

/** The value as it may be shown. No list can allow `authorization`, `proxy-authorization`, `cookie` and `set-cookie`. */
export function redactHeaderValue(name: string, value: string, rules: HeaderRules): string {
  if (value === "") return "";
  const bare = skeleton(name);
  if (never.has(bare)) return "…";
  const { ruling, exactly } = rules.rulings.header(name);
  if (ruling === "deny") return "…";
  if (ruling === "allow" && (exactly || !isSecretName(name))) return rules.text(value);
  if (urls.has(bare)) return rules.url(value);
  if (names.has(bare)) return rules.name(value);
  return texts.has(bare) ? rules.text(value) : "…";
}

const setOf = (list: string): ReadonlySet<string> => new Set(list.split(" ").map(skeleton));
const never = setOf("authorization proxy-authorization cookie set-cookie set-cookie2");
const urls = setOf(
  "referer location content-location origin :path x-envoy-original-path x-original-uri x-forwarded-uri",
);
const names = setOf(":authority host x-forwarded-host");
const texts = setOf(
  "accept accept-charset accept-encoding accept-language accept-ranges age allow alt-svc cache-control connection content-disposition content-encoding content-language content-length content-range content-type date expect expires grpc-accept-encoding grpc-encoding grpc-message grpc-status grpc-timeout keep-alive last-modified :method pragma range retry-after :scheme server :status strict-transport-security te trailer transfer-encoding upgrade user-agent vary via x-content-type-options x-envoy-attempt-count x-envoy-decorator-operation x-envoy-expected-rq-timeout-ms x-envoy-internal x-envoy-upstream-service-time x-forwarded-for x-forwarded-port x-forwarded-proto x-frame-options x-real-ip",
);
