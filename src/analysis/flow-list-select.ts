/**
 * Conditions that only a listing of single flows has, beside those on the ends: verdict, event type, HTTP. As Hubble's filters and as a function for our side,
 * joined with the selection of the ends; `--not` is a second set of both that must not hold.
 */
import { compileFilter, type Matcher } from "./filter-match.ts";
import { readPattern } from "./flow-list-pattern.ts";
import type { FlowFilter, FlowSelect } from "./select.ts";
import { createSelection, type Selection } from "./selection.ts";
import type { Resolution } from "./target.ts";

export interface FlowConditions {
  readonly verdicts: readonly number[];
  /** Monitor event types, some with a sub type. */
  readonly types: readonly { readonly type: number; readonly subType?: number }[];
  /** `403`, or `4+` for everything that begins with it. */
  readonly httpStatus: readonly string[];
  readonly httpMethods: readonly string[];
  /** Regular expressions on the path, and on the whole URL. */
  readonly httpPaths: readonly string[];
  readonly httpUrls: readonly string[];
  readonly uuids: readonly string[];
}

export interface ListSelect {
  readonly select: FlowSelect;
  readonly conditions: FlowConditions;
}

/** flow.FlowFilter with the fields that only listings use. */
interface ListFilter extends FlowFilter {
  httpMethod?: string[];
  httpPath?: string[];
  httpUrl?: string[];
  uuid?: string[];
}

export function createListSelection(
  wanted: ListSelect,
  unwanted: ListSelect | undefined,
  resolution: Resolution | null,
): Selection {
  const yes = build(wanted, resolution);
  const no = unwanted && build(unwanted, null);
  return {
    filters: {
      whitelist: yes.filters.every((filter) => Object.keys(filter).length === 0) ? [] : yes.filters,
      blacklist: no !== undefined && isOld(unwanted) ? no.filters : [],
    },
    wants: no === undefined ? yes.wants : (flow) => yes.wants(flow) && !no.wants(flow),
  };
}

function build({ select, conditions }: ListSelect, resolution: Resolution | null) {
  const ends = createSelection(select, resolution, "any");
  const filter = conditionFilter(conditions);
  const all = [ends.wants, ...conditionChecks(conditions, filter)];
  return {
    filters: ends.filters.whitelist.map((end): ListFilter => ({ ...filter, ...end })),
    wants: ((flow) => all.every((check) => check(flow))) satisfies Matcher,
  };
}

/** An older agent ignores a field that it does not know: in a blacklist that would hide flows. Those are left out on our side alone. */
function isOld(unwanted: ListSelect | undefined): boolean {
  return unwanted !== undefined && unwanted.select.reasons.length === 0 && unwanted.conditions.httpUrls.length === 0;
}

function conditionFilter(conditions: FlowConditions): ListFilter {
  const { verdicts, types, httpStatus, httpMethods, httpPaths, httpUrls, uuids } = conditions;
  return {
    ...(verdicts.length > 0 && { verdict: [...verdicts] }),
    ...(types.length > 0 && {
      eventType: types.map(({ type, subType }) =>
        subType === undefined ? { type } : { type, matchSubType: true, subType },
      ),
    }),
    ...(httpStatus.length > 0 && { httpStatusCode: [...httpStatus] }),
    ...(httpMethods.length > 0 && { httpMethod: [...httpMethods] }),
    ...(httpPaths.length > 0 && { httpPath: [...httpPaths] }),
    ...(httpUrls.length > 0 && { httpUrl: [...httpUrls] }),
    ...(uuids.length > 0 && { uuid: [...uuids] }),
  };
}

function conditionChecks({ httpMethods, httpPaths, httpUrls, uuids }: FlowConditions, filter: ListFilter): Matcher[] {
  const methods = new Set(httpMethods.map((method) => method.toUpperCase()));
  const isPath = anyPattern(httpPaths);
  const isUrl = anyPattern(httpUrls);
  const ids = new Set(uuids);
  return [
    compileFilter(filter),
    ...(methods.size > 0 ? [onHttp(({ method }) => methods.has(method.toUpperCase()))] : []),
    ...(isPath ? [onHttp(({ url }) => isPath(pathOf(url)))] : []),
    ...(isUrl ? [onHttp(({ url }) => isUrl(url))] : []),
    ...(ids.size > 0 ? [((flow) => ids.has(flow.uuid)) satisfies Matcher] : []),
  ];
}

type Http = Extract<NonNullable<Parameters<Matcher>[0]["l7"]>, { protocol: "http" }>;

function onHttp(check: (http: Http) => boolean): Matcher {
  return ({ l7 }) => l7?.protocol === "http" && check(l7);
}

/** Patterns were read when they were typed; one that cannot be read fits nothing. */
function anyPattern(patterns: readonly string[]): ((text: string) => boolean) | undefined {
  if (patterns.length === 0) return undefined;
  const tests = patterns.flatMap((pattern) => {
    const read = readPattern(pattern);
    return read.ok ? [read.test] : [];
  });
  return (text) => tests.some((test) => test(text));
}

/** What Go's URL parser calls the path: no scheme, host, query or fragment; percent codes read. */
function pathOf(url: string): string {
  const path = url.replace(/^[A-Za-z][-+.A-Za-z0-9]*:\/\/[^/?#]*/, "").replace(/[?#].*$/s, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
