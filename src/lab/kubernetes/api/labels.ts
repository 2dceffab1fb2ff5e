/**
 * Label selectors as the API server reads them, with its own complaints. The grammar and the wording are those of k8s.io/apimachinery/pkg/labels:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
import { invalidKey, invalidValue } from "./label-syntax.ts";
import { badRequest } from "./status.ts";

export type Labels = Readonly<Record<string, string>>;

interface Token {
  readonly kind: "identifier" | "symbol" | "end";
  readonly text: string;
}

const operators = ["!=", "==", "=", ">", "<", "!", "(", ")", ","];
const binary = ["in", "notin", "=", "==", "!=", "gt", "lt"];

/** Refuses with 400 and the real server's sentence. */
export function parseLabelSelector(selector: string): (labels: Labels) => boolean {
  const tokens = scan(selector);
  const requirements: ((labels: Labels) => boolean)[] = [];
  let position = 0;

  function look(): Token {
    return tokens[position] ?? { kind: "end", text: "" };
  }
  function take(): Token {
    const token = look();
    position += 1;
    return token;
  }

  function requirement(): (labels: Labels) => boolean {
    const absent = look().text === "!";
    if (absent) take();
    const key = take();
    if (key.kind !== "identifier") throw unexpected(key, ", expected: identifier");
    const wrong = invalidKey(key.text);
    if (wrong !== null) throw new Error(`<nil>: Invalid value: ${JSON.stringify(key.text)}: ${wrong}`);
    if (absent) return (labels) => !Object.hasOwn(labels, key.text);
    if (look().kind === "end" || look().text === ",") return (labels) => Object.hasOwn(labels, key.text);
    return comparison(key.text);
  }

  // `in` and `notin` are operators only here; elsewhere they are ordinary names, and `in in (in)` is a selector.
  function comparison(key: string): (labels: Labels) => boolean {
    const operator = take().text;
    if (operator === "in" || operator === "notin") {
      const values = checked(key, list());
      return operator === "in"
        ? (labels) => Object.hasOwn(labels, key) && values.has(labels[key] ?? "")
        : (labels) => !(Object.hasOwn(labels, key) && values.has(labels[key] ?? ""));
    }
    if (!["=", "==", "!=", ">", "<"].includes(operator))
      throw new Error(`found '${operator}', expected: ${binary.join(", ")}`);
    const value = exact();
    if (operator === ">" || operator === "<") return ordered(key, operator, value);
    checked(key, new Set([value]));
    const same = (labels: Labels) => Object.hasOwn(labels, key) && labels[key] === value;
    return operator === "!=" ? (labels) => !same(labels) : same;
  }

  function exact(): string {
    if (look().kind === "end" || look().text === ",") return "";
    const value = take();
    if (value.kind !== "identifier") throw unexpected(value, ", expected: identifier");
    return value.text;
  }

  function list(): Set<string> {
    const open = take();
    if (open.text !== "(") throw unexpected(open, " expected: '('");
    const values = new Set<string>();
    let value = "";
    for (;;) {
      const token = take();
      if (token.kind === "identifier" && value === "") value = token.text;
      else if (token.text === "," || token.text === ")") {
        values.add(value);
        value = "";
        if (token.text === ")") return values;
      } else throw unexpected(token, value === "" ? ", expected: ',', ')' or identifier" : ", expected: ',' or ')'");
    }
  }

  while (look().kind !== "end") {
    if (look().kind !== "identifier" && look().text !== "!")
      throw badRequest(unexpected(look(), ", expected: !, identifier, or 'end of string'").message);
    requirements.push(parsed(requirement));
    const next = take();
    if (next.kind === "end") break;
    if (next.text !== ",") throw badRequest(unexpected(next, ", expected: ',' or 'end of string'").message);
    if (look().kind !== "identifier" && look().text !== "!")
      throw badRequest(unexpected(look(), ", expected: identifier after ','").message);
  }
  return (labels) => requirements.every((matches) => matches(labels));
}

function parsed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    throw badRequest(`unable to parse requirement: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function unexpected(token: Token, expectation: string): Error {
  return new Error(`found '${token.text}'${expectation}`);
}

function ordered(key: string, operator: string, value: string): (labels: Labels) => boolean {
  const limit = integer(value);
  if (limit === null)
    throw new Error(
      `values[0]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
    );
  return (labels) => {
    const found = Object.hasOwn(labels, key) ? integer(labels[key] ?? "") : null;
    return found !== null && (operator === ">" ? found > limit : found < limit);
  };
}

function integer(text: string): bigint | null {
  return /^[+-]?\d{1,18}$/.test(text) ? BigInt(text.replace(/^\+/, "")) : null;
}

function checked(key: string, values: Set<string>): Set<string> {
  const problems = [...values].sort().flatMap((value, index) => {
    const wrong = invalidValue(value);
    return wrong === null ? [] : [`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong}`];
  });
  if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`);
  return values;
}

function scan(selector: string): Token[] {
  const tokens: Token[] = [];
  let rest = selector;
  for (;;) {
    rest = rest.replace(/^[ \t\r\n]+/, "");
    // A NUL ends the text in the real lexer too.
    if (rest === "" || rest.startsWith("\0")) return tokens;
    const symbol = operators.find((one) => rest.startsWith(one));
    const text = symbol ?? /^[^=!(),<>\s\0]+/.exec(rest)?.[0] ?? "";
    if (text === "") throw badRequest(`found '${rest[0] ?? ""}', expected: !, identifier, or 'end of string'`);
    tokens.push({ kind: symbol === undefined ? "identifier" : "symbol", text });
    rest = rest.slice(text.length);
  }
}
