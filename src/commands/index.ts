/** The one list of commands. Help, the grammar, the README's table and the metric's label follow from it. */
import { alerts } from "./alerts.ts";
import { cancel } from "./cancel.ts";
import { capture } from "./capture.ts";
import { deliveries } from "./deliveries.ts";
import { dns } from "./dns.ts";
import { drops } from "./drops.ts";
import { helpFor } from "./help.ts";
import { http } from "./http.ts";
import { map } from "./map.ts";
import { metrics } from "./metrics.ts";
import { observe } from "./observe.ts";
import { policies } from "./policies.ts";
import { query } from "./query.ts";
import { suggest } from "./suggest.ts";
import { top } from "./top.ts";
import { whatif } from "./whatif.ts";
import { why } from "./why.ts";

const others = {
  drops,
  why,
  suggest,
  whatif,
  policies,
  observe,
  capture,
  http,
  dns,
  top,
  map,
  metrics,
  query,
  alerts,
  deliveries,
  cancel,
};

export const commands = { help: helpFor(Object.values(others)), ...others };

export type CommandName = keyof typeof commands;
