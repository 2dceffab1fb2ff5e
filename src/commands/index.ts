/** The one list of commands. Help, the grammar, the README's table and the metric's label follow from it. */
import { ack } from "./ack.ts";
import { alerts } from "./alerts.ts";
import { audit } from "./audit.ts";
import { cancel } from "./cancel.ts";
import { capture } from "./capture.ts";
import { changes } from "./changes.ts";
import { close } from "./close.ts";
import { deliveries } from "./deliveries.ts";
import { digest } from "./digest.ts";
import { dns } from "./dns.ts";
import { drops } from "./drops.ts";
import { explain } from "./explain.ts";
import { expression } from "./expression/expression.ts";
import { follow } from "./follow.ts";
import { helpFor } from "./help.ts";
import { http } from "./http.ts";
import { map } from "./map.ts";
import { metrics } from "./metrics.ts";
import { mute } from "./mute.ts";
import { observe } from "./observe.ts";
import { policies } from "./policies.ts";
import { query } from "./query.ts";
import { show } from "./show.ts";
import { silence } from "./silence.ts";
import { status } from "./status.ts";
import { suggest } from "./suggest.ts";
import { top } from "./top.ts";
import { trace } from "./trace.ts";
import { unmute } from "./unmute.ts";
import { unsilence } from "./unsilence.ts";
import { verdict } from "./verdict/verdict.ts";
import { whatif } from "./whatif.ts";
import { why } from "./why.ts";

const others = {
  drops,
  why,
  trace,
  suggest,
  whatif,
  audit,
  policies,
  status,
  changes,
  observe,
  follow,
  capture,
  http,
  dns,
  top,
  map,
  metrics,
  query,
  digest,
  alerts,
  ack,
  silence,
  unsilence,
  mute,
  unmute,
  close,
  explain,
  show,
  deliveries,
  cancel,
};

export const commands = { help: helpFor(Object.values(others)), ...others };

/** What the program itself asks when an alert fires: commands like any other, but no help names them. */
export const unlisted = { expression, verdict };

export type CommandName = keyof typeof commands;
