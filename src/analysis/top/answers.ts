/** What came back for one row while it was counted. */
import type { TopAnswers } from "./ranking.ts";

export interface AnswerCounts {
  all: number;
  missing: number;
  refused: number;
  failed: number;
}

export function noAnswers(): AnswerCounts {
  return { all: 0, missing: 0, refused: 0, failed: 0 };
}

export function countHttp(answers: AnswerCounts, code: number): void {
  answers.all += 1;
  if (code >= 400 && code < 500) answers.refused += 1;
  else if (code >= 500 && code < 600) answers.failed += 1;
}

const nxdomain = 3;

export function countDns(answers: AnswerCounts, rcode: number): void {
  answers.all += 1;
  if (rcode === nxdomain) answers.missing += 1;
}

export function addedUp(one: TopAnswers, other: TopAnswers): AnswerCounts {
  return {
    all: one.all + other.all,
    missing: one.missing + other.missing,
    refused: one.refused + other.refused,
    failed: one.failed + other.failed,
  };
}
