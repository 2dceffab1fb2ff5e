/** Everything that stands behind an incident's verdict: each test with what it found, those that could not be made, and what the alert's author says of it. */
import type { Block, Message, Text } from "../message/message.ts";
import { nothingSaid } from "./about.ts";
import type { Incident } from "./incident.ts";
import type { TestEnd, Verdict } from "./verdict.ts";
import { verdictWords } from "./verdict-text.ts";

export function explainMessage(incident: Incident): Message {
  const { verdict, title } = incident;
  if (verdict === null)
    return {
      tone: "info",
      title: `No verdict yet: ${title}`,
      blocks: [
        {
          kind: "text",
          text: "The flows of this alert have not been looked at yet, or could not be: the thread says which.",
        },
        ...aboutBlocks(incident),
      ],
    };
  const { say, tone } = verdictWords[verdict.class];
  return {
    tone,
    title: `${say}: ${title}`,
    blocks: [{ kind: "text", text: whyText(verdict) }, testTable(verdict), ...aboutBlocks(incident)],
  };
}

function whyText({ decidedBy, say }: Verdict): Text {
  if (decidedBy === null) return `No test decides: ${say}.`;
  return [
    { strong: decidedBy },
    ` decides: ${say}. Tests are made in this order, and the first that can tell is the one that counts.`,
  ];
}

const ends: Record<TestEnd["end"], string> = {
  real: "real: ",
  noise: "noise: ",
  open: "",
  not_made: "could not be made: ",
};

function testTable({ tests }: Verdict): Block {
  return {
    kind: "table",
    title: `tests, ${tests.filter(({ end }) => end !== "not_made").length} of ${tests.length} made`,
    columns: [{ title: "test" }, { title: "result" }],
    rows: tests.map(({ name, end, say }) => [name, `${ends[end]}${say}`]),
  };
}

function aboutBlocks({ about = nothingSaid, summary }: Incident): Block[] {
  const { description, runbook, link, expression } = about;
  const facts: { name: string; value: Text }[] = [];
  if (summary !== "") facts.push({ name: "the alert says", value: summary });
  if (description !== "" && description !== summary) facts.push({ name: "it means", value: description });
  if (runbook !== "") facts.push({ name: "to do", value: runbook.startsWith("/") ? { code: runbook } : runbook });
  if (link !== "") facts.push({ name: "runbook", value: { link: "open", href: link } });
  return [
    ...(facts.length > 0 ? [{ kind: "facts", facts } as const] : []),
    ...(expression === ""
      ? []
      : [{ kind: "code", title: "the rule fires where this gives something", code: expression } as const]),
  ];
}
