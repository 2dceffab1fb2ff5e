/** The same by hand, as far as kubectl can: who wrote the objects last. */
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import type { Listed } from "./table.ts";
import { kindText } from "./words.ts";

const mostLines = 3;

export function copyAs(rows: readonly Listed[]): Answer["copyAs"] {
  const lines = rows.flatMap(({ change }) => {
    if (change.action === "deleted") return [];
    const place = change.namespace === "" ? [] : ["-n", change.namespace];
    const words = ["kubectl", "get", kindText(change), ...place, change.name, "-o", "yaml", "--show-managed-fields"];
    return [words.map(shellWord).join(" ")];
  });
  const texts = [...new Set(lines)].slice(0, mostLines);
  return texts.length === 0 ? [] : [{ label: "Kubernetes", text: texts.join("\n") }];
}
