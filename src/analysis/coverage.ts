/** How much of the truth an answer built on flows rests on. */
export interface Coverage {
  readonly nodes: { readonly answered: number; readonly total: number; readonly missing: readonly string[] };
  /** RFC 3339: from here on every answering node still has its flows; null when no node has any. */
  readonly oldest: string | null;
  /** Lost events by source (PERF_EVENT_RING_BUFFER, OBSERVER_EVENTS_QUEUE, HUBBLE_RING_BUFFER). */
  readonly lost: Readonly<Record<string, number>>;
  /** Flows this program threw away to stay within its bounds. */
  readonly shed: number;
  /** True when reading stopped before the window's end (deadline or cap). */
  readonly truncated: boolean;
}
