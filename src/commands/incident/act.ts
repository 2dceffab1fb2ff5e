/** What a person may do to an incident: what the commands behind its buttons ask for. */
export type IncidentAct =
  | { readonly act: "acknowledge" }
  /** In Alertmanager, for everybody. */
  | { readonly act: "silence"; readonly ms: number; readonly comment: string }
  | { readonly act: "unsilence" }
  /** In this channel alone. */
  | { readonly act: "mute"; readonly ms: number }
  | { readonly act: "unmute" }
  | { readonly act: "close" }
  /** Changes nothing. */
  | { readonly act: "explain" };
