/** `redaction`: exceptions to what is hidden in flows before anything is stored, logged or posted. */
import { z } from "zod";
import { patternProblem } from "../analysis/redact.ts";

const Pattern = z.string().superRefine((text, context) => {
  const problem = patternProblem(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

const Patterns = z.array(Pattern).max(100, "at most 100 patterns").default([]);

const forms = "`header:NAME`, `query:NAME`, `path:/glob/*`, `name:*.glob`; `*` stands for anything within a segment";

export const Redaction = z.strictObject({
  allow: Patterns.meta({
    doc: `What is shown of flows although it would be hidden: ${forms}. Credentials stay hidden whatever stands here`,
  }),
  deny: Patterns.meta({
    doc: "What is hidden besides, in the same forms; where both lists name something, it is hidden",
  }),
});
