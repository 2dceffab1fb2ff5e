/** The line that lists the flows behind the map. */
import { EventType } from "../../analysis/flow.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { Answer } from "../command.ts";
import { listCopyAs } from "../observe/copy-as.ts";
import type { MapPicture } from "./picture.ts";

const conditions = { verdicts: [], httpStatus: [], httpMethods: [], httpPaths: [], httpUrls: [], uuids: [] };

export function copyAs({ args, views, window }: MapPicture): Answer["copyAs"] {
  const types = [EventType.trace, EventType.drop, EventType.l7].map((type) => ({ type }));
  const asked = {
    ...{ select: args.select, conditions: { ...conditions, types }, since: args.since, until: args.until },
    ...{ limit: null, json: false, node: false, numeric: false },
  };
  return listCopyAs({ asked, views }, ["--since", rfc3339(window.from), "--until", rfc3339(window.to)]);
}
