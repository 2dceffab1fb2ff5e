/** The Status bodies a kube-apiserver refuses with, in its own words: clients act on code and reason, people read the message. */
import { qualifiedName, type Resource } from "../resources.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly continue?: string };
  readonly status: "Failure";
  readonly message: string;
  readonly reason: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
}

/** Thrown wherever a request turns out to be refused; the router answers with its body. */
export class Refusal extends Error {
  readonly status: Status;

  constructor(status: Status) {
    super(status.message);
    this.name = "Refusal";
    this.status = status;
  }
}

const generic: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ["BadRequest", "the server rejected our request for an unknown reason"],
  401: ["Unauthorized", "Unauthorized"],
  403: ["Forbidden", "forbidden"],
  404: ["NotFound", "the server could not find the requested resource"],
  405: ["MethodNotAllowed", "the server does not allow this method on the requested resource"],
  429: ["TooManyRequests", "Too many requests, please try again later."],
  500: ["InternalError", "Internal error occurred"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: ["Timeout", "Timeout: request did not complete within the allotted timeout"],
};

/** The server's standard words for an HTTP status. */
export function plainStatus(code: number): Status {
  const [reason, message] = generic[code] ?? ["Unknown", "unknown"];
  return code === 429 ? failure(code, reason, message, { retryAfterSeconds: 1 }) : failure(code, reason, message);
}

export function badRequest(message: string): Refusal {
  return new Refusal(failure(400, "BadRequest", message));
}

export function notFound(resource: Resource, name: string): Refusal {
  return new Refusal(failure(404, "NotFound", `${qualifiedName(resource)} "${name}" not found`, about(resource, name)));
}

/** What RBAC answers somebody who may only read. */
export function forbidden(
  resource: Resource,
  what: { readonly verb: string; readonly namespace: string; readonly name: string; readonly subresource: string },
  user: string,
): Refusal {
  const named = what.name === "" ? qualifiedName(resource) : `${qualifiedName(resource)} "${what.name}"`;
  const target = what.subresource === "" ? resource.plural : `${resource.plural}/${what.subresource}`;
  const where = what.namespace === "" ? "at the cluster scope" : `in the namespace "${what.namespace}"`;
  const message = `${named} is forbidden: User "${user}" cannot ${what.verb} resource "${target}" in API group "${resource.group}" ${where}`;
  return new Refusal(failure(403, "Forbidden", message, about(resource, what.name)));
}

export function expired(message: string, next?: string): Status {
  const status = failure(410, "Expired", message);
  return next === undefined ? status : { ...status, metadata: { continue: next } };
}

export function tooLarge(asked: number, current: number): Refusal {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return new Refusal(failure(504, "Timeout", message, { causes, retryAfterSeconds: 1 }));
}

export function notAcceptable(): Refusal {
  return new Refusal(failure(406, "NotAcceptable", "only the following media types are accepted: application/json"));
}

/** Each problem: its kind, the field it is about, and what is said of it. */
export function invalidOptions(
  problems: readonly { readonly reason: string; readonly field: string; readonly body: string }[],
): Refusal {
  const said = problems.map((problem) => `${problem.field}: ${problem.body}`);
  const list = said.length === 1 ? said[0] : `[${said.join(", ")}]`;
  const causes = problems.map((problem) => ({ reason: problem.reason, message: problem.body, field: problem.field }));
  const details = { group: "meta.k8s.io", kind: "ListOptions", causes };
  return new Refusal(failure(422, "Invalid", `ListOptions.meta.k8s.io "" is invalid: ${list}`, details));
}

export function failure(code: number, reason: string, message: string, details?: StatusDetails): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details && { details }),
    code,
  };
}

function about(resource: Resource, name: string): StatusDetails {
  return {
    ...(name !== "" && { name }),
    ...(resource.group !== "" && { group: resource.group }),
    kind: resource.plural,
  };
}
