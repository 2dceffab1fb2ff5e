/** What `digest` does to the subscriptions of the conversation in which it is asked. */
export type DigestAct =
  /** Null: the asker's zone, the conversation's default cluster. `at`: minutes after local midnight. */
  | {
      readonly do: "subscribe";
      readonly at: number;
      readonly zone: string | null;
      readonly weekdays: boolean;
      readonly weekly: boolean;
      readonly namespaces: readonly string[];
      readonly clusters: readonly string[] | null;
    }
  /** Null: the only one that comes here. */
  | { readonly do: "unsubscribe"; readonly id: string | null }
  | { readonly do: "list" };
