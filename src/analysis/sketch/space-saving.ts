/**
 * The most frequent keys of a stream in fixed memory (Metwally, Agrawal, El Abbadi: "Efficient Computation of Frequent and Top-k Elements in Data Streams",
 * 2005). With N the sum of all weights and k the capacity: a key's true weight lies between `count - error` and `count`; no error and no absent key's weight is
 * above `floor`, which is never above N / k; so every key with more than N / k is there. With at most k different keys everything is exact.
 */
export interface Counted<Value> {
  readonly key: string;
  readonly count: number;
  /** How much of `count` may belong to others. */
  readonly error: number;
  readonly value: Value;
}

export interface Summary<Value> {
  readonly capacity: number;
  /** The sum of all weights. */
  readonly total: number;
  /** The most that a key weighs which is not there; 0 while nothing was thrown away. */
  readonly floor: number;
  readonly entries: readonly Counted<Value>[];
}

export interface SpaceSaving<Value> {
  /** The value of this key's row, which `make` gives it on first sight: the value of the row that made room is gone. Weights are positive. */
  add(key: string, weight: number, make: () => Value): Value;
  /** Takes the row out, weight and all. */
  remove(key: string): Counted<Value> | undefined;
  /** With an error: a row that comes from another summary, or under another name. */
  put(row: Counted<Value>): void;
  has(key: string): boolean;
  readonly size: number;
  readonly total: number;
  readonly floor: number;
  /** As they are now, in no order; they may be removed and put meanwhile. */
  rows(): readonly Counted<Value>[];
  /** Largest first, among equals by key. */
  summary(): Summary<Value>;
}

interface Row<Value> {
  readonly key: string;
  count: number;
  error: number;
  value: Value;
  /** Its place in the heap. */
  at: number;
}

export function createSpaceSaving<Value>(capacity: number, from?: Summary<Value>): SpaceSaving<Value> {
  const rows = new Map<string, Row<Value>>();
  /** The smallest on top. */
  const heap: Row<Value>[] = [];
  let total = 0;
  let floor = 0;

  function insert(key: string, count: number, error: number, value: Value): void {
    const row = { key, count, error, value, at: heap.length };
    rows.set(key, row);
    heap.push(row);
    rise(heap, row);
  }

  /** The smallest row goes, and what it weighed is the most that an absent key weighs. */
  function makeRoom(): void {
    const [least] = heap;
    if (least === undefined || rows.size < capacity) return;
    floor = Math.max(floor, least.count);
    take(least);
  }

  function take(row: Row<Value>): void {
    rows.delete(row.key);
    const last = heap.pop();
    if (last === undefined || last === row) return;
    place(heap, last, row.at);
    rise(heap, last);
    sink(heap, last);
  }

  const saving: SpaceSaving<Value> = {
    add(key, weight, make) {
      total += weight;
      const known = rows.get(key);
      if (known !== undefined) {
        known.count += weight;
        sink(heap, known);
        return known.value;
      }
      makeRoom();
      const value = make();
      insert(key, floor + weight, floor, value);
      return value;
    },
    remove(key) {
      const row = rows.get(key);
      if (row === undefined) return undefined;
      take(row);
      total -= row.count - row.error;
      return { key, count: row.count, error: row.error, value: row.value };
    },
    put({ key, count, error, value }) {
      total += count - error;
      makeRoom();
      insert(key, Math.max(count, floor), error + Math.max(0, floor - count), value);
    },
    has: (key) => rows.has(key),
    get size() {
      return rows.size;
    },
    get total() {
      return total;
    },
    get floor() {
      return floor;
    },
    rows: () => [...heap],
    summary: () => ({ capacity, total, floor, entries: heap.map(shown).sort(byCount) }),
  };
  for (const { key, count, error, value } of from?.entries.slice(0, capacity) ?? []) insert(key, count, error, value);
  total = from?.total ?? 0;
  floor = Math.max(from?.floor ?? 0, from?.entries[capacity]?.count ?? 0);
  return saving;
}

/**
 * Two streams as one: commutative, and exact while their keys fit. Beyond that the order of merging may change which of the smallest keys are there and how large their
 * errors are, within the same bound: N is the sum of both, k the smallest capacity of all that went in (Cafaro, Pulimeno, Tempesta: "A parallel space saving algorithm", 2016).
 */
export function mergeSummaries<Value>(
  one: Summary<Value>,
  other: Summary<Value>,
  join: (one: Value, other: Value) => Value,
  capacity = Math.min(one.capacity, other.capacity),
): Summary<Value> {
  const merged = new Map<string, Counted<Value>>();
  const floor = one.floor + other.floor;
  const others = new Map(other.entries.map((row) => [row.key, row]));
  for (const row of one.entries) {
    const twin = others.get(row.key);
    const { count, error } = twin ?? { count: other.floor, error: other.floor };
    const value = twin === undefined ? row.value : join(row.value, twin.value);
    merged.set(row.key, { key: row.key, count: row.count + count, error: row.error + error, value });
    others.delete(row.key);
  }
  for (const row of others.values())
    merged.set(row.key, { ...row, count: row.count + one.floor, error: row.error + one.floor });
  return shrink(
    { capacity, total: one.total + other.total, floor, entries: [...merged.values()].sort(byCount) },
    capacity,
  );
}

/** The largest rows; what is cut off is the most that an absent key weighs. */
export function shrink<Value>(summary: Summary<Value>, capacity: number): Summary<Value> {
  const { entries, floor, total } = summary;
  const cut = entries[capacity]?.count ?? 0;
  return { capacity, total, floor: Math.max(floor, cut), entries: entries.slice(0, capacity) };
}

/** What stands behind the rows: weights that cannot be told apart any more. */
export function foldedOf({ total, entries }: Summary<unknown>): number {
  return Math.max(0, total - entries.reduce((sum, { count, error }) => sum + count - error, 0));
}

function shown<Value>({ key, count, error, value }: Row<Value>): Counted<Value> {
  return { key, count, error, value };
}

function byCount(one: Counted<unknown>, other: Counted<unknown>): number {
  return other.count - one.count || (one.key < other.key ? -1 : 1);
}

function rise<Value>(heap: Row<Value>[], row: Row<Value>): void {
  while (row.at > 0) {
    const above = heap[(row.at - 1) >> 1];
    if (above === undefined || above.count <= row.count) return;
    const { at } = above;
    place(heap, above, row.at);
    place(heap, row, at);
  }
}

function sink<Value>(heap: Row<Value>[], row: Row<Value>): void {
  for (;;) {
    const left = heap[2 * row.at + 1];
    const right = heap[2 * row.at + 2];
    const least = right !== undefined && left !== undefined && right.count < left.count ? right : left;
    if (least === undefined || least.count >= row.count) return;
    const { at } = least;
    place(heap, least, row.at);
    place(heap, row, at);
  }
}

function place<Value>(heap: Row<Value>[], row: Row<Value>, at: number): void {
  heap[at] = row;
  row.at = at;
}
