/** What several watchers of one cluster share: the last seen version of each object, the changes, and since when somebody watches. Kept in Redis by the program. */

export interface ChangeMemory {
  /** The newest head of every object that was ever seen, by key. */
  heads(cluster: string): Promise<ReadonlyMap<string, string>>;
  /** The last seen version of one object; null where it is not kept any more. */
  text(cluster: string, key: string): Promise<Buffer | null>;
  /**
   * Writes head, text and change together, or nothing where the head is not the expected one any more: then the head that is there ("" for none).
   * Null: written.
   */
  commit(cluster: string, commit: ChangeCommit): Promise<string | null>;
  /** Somebody watches this resource at this moment. */
  watched(cluster: string, resource: string, at: number): Promise<void>;
  /** By resource; what was never watched is missing. */
  reach(cluster: string): Promise<ReadonlyMap<string, Reach>>;
  /** Packed changes of one kind since then, the newest first. */
  changes(cluster: string, kind: string, since: number, most: number): Promise<readonly Buffer[]>;
}

export interface ChangeCommit {
  readonly key: string;
  /** "" for none. */
  readonly expected: string;
  readonly head: string;
  /** The object is deleted: its head is forgotten after a day. */
  readonly gone: boolean;
  readonly text: Buffer | null;
  readonly now: number;
  readonly change?: { readonly id: string; readonly kind: string; readonly at: number; readonly body: Buffer };
}

/** Epoch milliseconds. */
export interface Reach {
  readonly since: number;
  readonly until: number;
  /** When nobody watched for a minute or longer; the newest five. What changed then was found afterwards, but only how it came out. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}
