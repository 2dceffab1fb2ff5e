/** The one list of commands. Help, the grammar, the README's table and the metric's label follow from it. */
import { drops } from "./drops.ts";
import { helpFor } from "./help.ts";

const others = { drops };

export const commands = { help: helpFor(Object.values(others)), ...others };

export type CommandName = keyof typeof commands;
