#!/usr/bin/env node
/** Reads the verb, runs it, sets the exit code. Everything heavy is loaded by the verb that needs it. */
import { runVerb } from "./verbs/index.ts";

process.exitCode = await runVerb(process.argv.slice(2));
