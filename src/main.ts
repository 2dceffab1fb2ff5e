#!/usr/bin/env node
/** Reads the verb, runs it, ends with its exit code. Everything heavy is loaded by the verb that needs it. */
import { runVerb } from "./verbs/index.ts";

const code = await runVerb(process.argv.slice(2));
// The verb has closed what it opened; a library's leftover timer (BullMQ's wait before it connects again) must not hold the shell.
process.stdout.write("", () => process.exit(code));
