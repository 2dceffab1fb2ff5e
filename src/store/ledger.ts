/**
 * What a command asked of its sources, what came back and what the person was told, in one Redis hash per command, kept 24 h. Every write is idempotent: a job that runs twice
 * stores its finding once.
 */
import type { Redis } from "./redis.ts";

export interface AskedQuestions<Question, Outcome> {
  readonly questions: readonly Question[];
  /** Same order as the questions; undefined where nothing came back yet. */
  readonly outcomes: readonly (Outcome | undefined)[];
}

export interface Ledger<Question, Outcome> {
  /** Adds questions behind the first `offset` ones; the same call again changes nothing. */
  ask(command: string, offset: number, questions: readonly Question[]): Promise<void>;
  /** Stores an outcome once. Returns how many questions have none yet. */
  finish(command: string, index: number, outcome: Outcome): Promise<number>;
  read(command: string): Promise<AskedQuestions<Question, Outcome>>;
  /** Stores what the person was told; the first call decides. */
  tell(command: string, told: Told): Promise<void>;
  told(command: string): Promise<Told | undefined>;
}

/** What a person was told about a command: it is answered, or it never will be. */
export type Told = "working" | "not_taken";

const keepSeconds = 24 * 3600;

const finishScript = `
redis.call('HSETNX', KEYS[1], 'f:' .. ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
local left = 0
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  local kind = string.sub(field, 1, 2)
  if kind == 'q:' then left = left + 1 elseif kind == 'f:' then left = left - 1 end
end
return left`;

export function createLedger<Question, Outcome>(redis: Redis, prefix: string): Ledger<Question, Outcome> {
  const key = (command: string) => `${prefix}:command:${command}`;
  return {
    async ask(command, offset, questions) {
      const work = redis.multi();
      questions.forEach((question, index) => {
        work.hsetnx(key(command), `q:${offset + index}`, JSON.stringify(question));
      });
      await work.expire(key(command), keepSeconds).exec();
    },
    async finish(command, index, outcome) {
      return Number(await redis.eval(finishScript, 1, key(command), index, JSON.stringify(outcome), keepSeconds));
    },
    async read(command) {
      const fields = await redis.hgetall(key(command));
      const questions: Question[] = [];
      const outcomes: (Outcome | undefined)[] = [];
      for (let index = 0; fields[`q:${index}`] !== undefined; index++) {
        questions.push(JSON.parse(fields[`q:${index}`] ?? "null") as Question);
        const outcome = fields[`f:${index}`];
        outcomes.push(outcome === undefined ? undefined : (JSON.parse(outcome) as Outcome));
      }
      return { questions, outcomes };
    },
    async tell(command, told) {
      await redis.multi().hsetnx(key(command), "told", told).expire(key(command), keepSeconds).exec();
    },
    async told(command) {
      return ((await redis.hget(key(command), "told")) as Told | null) ?? undefined;
    },
  };
}
