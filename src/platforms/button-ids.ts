/** Buttons carry ids of stored commands. */
import type { Delivery } from "../message/delivery.ts";
import type { Action } from "../message/message.ts";
import type { Buttons } from "../store/buttons.ts";
import type { Shown } from "../store/shown.ts";

type ActionValue = (action: Pick<Action, "command">) => string;

/**
 * Renders twice where there are buttons: first to learn which of them are shown, so that only these are stored. Their ids are kept with the delivery, because
 * an attempt may be repeated hundreds of times.
 */
export async function withButtonIds<Rendered>(
  { shown, buttons }: { readonly shown: Shown; readonly buttons: Buttons },
  delivery: Delivery,
  render: (actionValue: ActionValue) => Rendered,
): Promise<Rendered> {
  const commands = new Set<string>();
  const plain = render(({ command }) => {
    commands.add(command);
    return "-";
  });
  if (commands.size === 0) return plain;
  const name = `${delivery.id}:buttons`;
  const { notes } = await shown.read(name);
  const ids = new Map(JSON.parse(notes["ids"] ?? "[]") as [string, string][]);
  const missing = [...commands].filter((command) => !ids.has(command));
  if (missing.length > 0) {
    const kept = await buttons.keep(missing.map((command) => ({ command, conversation: delivery.conversation })));
    missing.forEach((command, at) => {
      ids.set(command, kept[at] ?? "-");
    });
    await shown.note(name, { ids: JSON.stringify([...ids]) });
  }
  return render(({ command }) => ids.get(command) ?? "-");
}
