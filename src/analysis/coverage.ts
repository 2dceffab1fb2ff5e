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
  /** The part of it that rings no longer held and the recorder had; absent where it was not needed or had nothing. */
  readonly recorded?: RecordedPart;
}

export interface RecordedPart {
  /** RFC 3339: what is older comes from the recording. */
  readonly until: string;
  /** Milliseconds of the window that the recording knows to be missing. */
  readonly gapMs: number;
  /** Flows that the recorder threw away. */
  readonly shed: number;
  /** RFC 3339: other flows were asked for too, of which nothing is recorded; those that were dropped are, from here on. Absent: all that was asked for is. */
  readonly dropsFrom?: string;
}
