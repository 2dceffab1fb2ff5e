/** The line that lists the records behind it. */
import type { Resolution, Target } from "../../analysis/target.ts";
import type { Answer } from "../command.ts";
import { whyCopyAs } from "../why/copy-as.ts";
import type { TracePicture } from "./picture.ts";

/** Both directions are two lines of Hubble's; the one that the client sends tells most. */
export function copyAs({ args, askedAt, window, views, shared }: TracePicture): Answer["copyAs"] {
  const ends = views.find((view) => view.ends !== undefined)?.ends;
  const [line] = whyCopyAs({
    args: { ...args, from: placed(args.from, ends?.from), to: placed(args.to, ends?.to), http: null },
    ...{ askedAt, window, manyClusters: shared.manyClusters, from: "", to: "", flows: shared },
    views: views.map((view) => ({
      cluster: view.cluster,
      why: undefined,
      isName: args.to.kind === "fqdn",
      flows: view,
      trace: undefined,
    })),
  });
  return line === undefined ? [] : [{ ...line, text: `${line.text} --print-node-name` }];
}

/** In the namespace where it was found: Hubble looks in `default` where none is said. */
function placed(target: Target, resolution: Resolution | undefined): Target {
  if (!("namespace" in target) || target.namespace !== undefined || resolution?.status !== "resolved") return target;
  const { target: found, workload, pods } = resolution.target;
  const own = "namespace" in found ? found.namespace : undefined;
  const namespace = own ?? workload?.namespace ?? pods[0]?.namespace;
  return found.kind === "service" ? { ...found, namespace } : { ...target, namespace };
}
