/** The answer of `audit`: what would break, who enforces already, what nobody has seen, and how sure that is. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { Action, Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Coached } from "../../policy/coach/coached.ts";
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import { askedNote, troubleNotes } from "../drops/notes.ts";
import { copyBlocks, ended } from "../ending.ts";
import { policiesLine } from "../policies/line.ts";
import { factNotes } from "../suggest/changes.ts";
import { suggestLine } from "../suggest/line.ts";
import { headline } from "./headline.ts";
import { auditLine, denyLine } from "./line.ts";
import { auditNotes } from "./notes.ts";
import type { AuditPicture } from "./picture.ts";
import { auditResult } from "./result.ts";
import { edgeTable, edgeText, refusedTable, ruledTable, workloadTable } from "./tables.ts";

export function auditAnswer(picture: AuditPicture): Answer {
  const { shared, coached, found } = picture;
  const lines = coached === undefined ? [] : copyAs(picture);
  const blocks: (Block | undefined)[] =
    coached === undefined
      ? [
          { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
          { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
        ]
      : [
          { kind: "text", text: breaksText(coached) },
          edgeTable(coached, shared.askedAt),
          workloadTable(coached),
          ruledTable(coached),
          refusedTable(coached, shared.askedAt),
          ...auditNotes(picture, coached),
        ];
  return ended(
    shared,
    {
      ...headline(picture),
      blocks: [...blocks.filter((block) => block !== undefined), ...(found?.facts ? factNotes(found.facts) : [])],
    },
    {
      troubles: troubleNotes(shared),
      last: [askedNote(shared), { kind: "actions", actions: nextSteps(picture) }, ...copyBlocks(lines)],
      ...{ result: auditResult(picture), window: shared.window, copyAs: lines },
    },
  );
}

function breaksText({ edges, counts, breaking, ...coached }: Coached): string {
  const { missing, unknown, ruled } = edges;
  const [worst] = missing.listed;
  const { workloads: all } = counts;
  const enforced =
    counts.enforced === null || all === 0
      ? ""
      : ` Of ${counted(all, "workload")}, ${partText(counts.enforced.ingress, all)} in default-deny on ingress and ${partText(counts.enforced.egress, all)} on egress.`;
  const untested = coached.untested.slice(0, 5).map((name) => cutEnd(name, 60));
  const rest = counts.untested - untested.length;
  const silent =
    counts.untested === 0
      ? ""
      : ` Never seen talking, so untested: ${listed([...untested, ...(rest > 0 ? [`${numberText(rest)} more`] : [])])}.`;
  if (worst !== undefined)
    return `With default-deny on, ${counted(breaking, "flow")} of what passes now would be denied, most of all ${edgeText(worst)}: no ${worst.direction} rule.${enforced}${silent}`;
  if (ruled.total + unknown.total === 0)
    return `Only traffic that passes shows what has to go on passing.${enforced}${silent}`;
  return counts.enforced === null
    ? `The policies could not be read, so the edges are listed without them.${silent}`
    : `Whatever was seen passing is allowed by some rule${unknown.total > 0 ? ", where that can be told" : ""}.${enforced}${silent}`;
}

/** `2 are`, `none are`. */
function partText(enforced: number, all: number): string {
  const count = enforced === 0 ? "none" : enforced === all && all > 1 ? "all" : numberText(enforced);
  return `${count} ${all === 1 || enforced === 1 ? "is" : "are"}`;
}

function nextSteps({ args, coached, found }: AuditPicture): Action[] {
  const { namespace, since, clusters } = args;
  const rest = clusters === undefined ? {} : { clusters };
  const actions: (Action | undefined)[] = [
    ...suggestions(coached, args),
    found === undefined || (coached?.edges.missing.total ?? 0) === 0
      ? undefined
      : { label: "what if default-deny", command: denyLine(args) },
    {
      label: `policies of ${cutEnd(namespace, 40)}`,
      command: policiesLine({ kind: "namespace", name: namespace }, clusters),
    },
    coached === undefined ? { label: "again", command: auditLine({ namespace, since, ...rest }) } : undefined,
  ];
  return actions.filter((action) => action !== undefined);
}

/** For the workload that lacks most rules. What passed as audited has to go on passing too. */
function suggestions(coached: Coached | undefined, { since, clusters }: AuditPicture["args"]): Action[] {
  const [worst] = (coached?.workloads ?? [])
    .filter(({ missing }) => missing > 0)
    .toSorted((left, right) => right.missing - left.missing || right.flows - left.flows);
  const parsed = worst && parseTarget(worst.name);
  if (coached === undefined || worst === undefined || !parsed?.ok || parsed.target.kind !== "name") return [];
  const audit = coached.audit.flows + coached.audit.unexplained > 0;
  const command = suggestLine({ target: parsed.target, since, audit, l7: false, ...(clusters && { clusters }) });
  return [{ label: `suggest for ${cutEnd(worst.name, 50)}`, command }];
}

function copyAs({ args, shared }: AuditPicture): Answer["copyAs"] {
  const { from, to } = shared.window;
  const time = (ms: number) => rfc3339(Math.floor(ms / 1_000) * 1_000);
  const words = ["hubble", "observe", "--namespace", args.namespace, "--verdict", "AUDIT"];
  return [
    { label: "Hubble", text: [...words, "--since", time(from), "--until", time(to)].map(shellWord).join(" ") },
    { label: "Kubernetes", text: ["kubectl", "get", "cnp,ccnp,netpol", "-n", args.namespace].map(shellWord).join(" ") },
  ];
}
