/** An expression, checked before it is sent anywhere: its grammar, and that it does not ask for everything. Never throws, bounded in time. */
import { explainError } from "./explain.ts";
import { limitProblem } from "./limits.ts";
import { type Problem, scan } from "./scan.ts";
import { outermostFunction, type Selector, selectorsOf, typeOf, type ValueType } from "./shape.ts";
import { firstError, parse } from "./tree.ts";

export type { Problem } from "./scan.ts";
export type { Selector } from "./shape.ts";

export interface Expression {
  readonly type: ValueType;
  /** In the order of the text. */
  readonly selectors: readonly Selector[];
  /** In lower case; undefined where the whole is no call of a function. */
  readonly outermost: string | undefined;
}

export type CheckedPromql =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problem: Problem };

/** The grammar takes a tenth of a second for this much of the worst. */
const maxCharacters = 4_000;

export function checkPromql(text: string): CheckedPromql {
  if (text.length > maxCharacters)
    return refuse({
      at: 0,
      length: 0,
      say: `That is ${text.length} characters long, at most ${maxCharacters} are read.`,
    });
  const problem = scan(text);
  if (problem !== undefined) return refuse(problem);
  const tree = parse(text);
  const error = firstError(tree);
  if (error !== undefined) return refuse(explainError(text, error));
  const beyond = limitProblem(text, tree);
  if (beyond !== undefined) return refuse(beyond);
  return {
    ok: true,
    expression: { type: typeOf(tree), selectors: selectorsOf(text, tree), outermost: outermostFunction(text, tree) },
  };
}

function refuse(problem: Problem): CheckedPromql {
  return { ok: false, problem };
}
