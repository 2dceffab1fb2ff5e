/** The line that lists the records behind it. */
import type { Answer } from "../command.ts";
import { whyCopyAs } from "../why/copy-as.ts";
import type { TracePicture } from "./picture.ts";

/** Both directions are two lines of Hubble's; the one that the client sends tells most. */
export function copyAs({ args, askedAt, window, views, shared }: TracePicture): Answer["copyAs"] {
  const [line] = whyCopyAs({
    args: { ...args, http: null },
    ...{ askedAt, window, manyClusters: shared.manyClusters, from: "", to: "", flows: shared },
    views: views.map((view) => ({ cluster: view.cluster, why: undefined, flows: view })),
  });
  return line === undefined ? [] : [{ ...line, text: `${line.text} --print-node-name` }];
}
