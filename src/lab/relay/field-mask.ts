/** Field masks as agents apply them: paths relative to flow.Flow in proto spelling; one that does not exist fails the whole request. */
import type protobuf from "protobufjs";
import { type GetFlowsResponse, messageType, type WireFlow } from "../../sources/hubble/wire.ts";

/** `leaf` or the masks of the fields below, by camelCase name. */
type Tree = Map<string, Tree | "leaf">;

/** Gives the function that masks a response. Throws when a path is wrong; `lacks` says which top-level fields this version does not have. */
export function compileMask(
  paths: readonly string[],
  lacks: (field: string) => boolean,
): (response: GetFlowsResponse) => GetFlowsResponse {
  if (paths.length === 0) {
    return (response) => response;
  }
  const tree: Tree = new Map();
  for (const path of paths) {
    const names = resolve(path);
    if (names === undefined || lacks(names[0] ?? "")) {
      throw new Error("invalid fieldmask");
    }
    add(tree, names);
  }
  return (response) => {
    const flow: WireFlow = copy(tree, (response.flow ?? {}) as Record<string, unknown>);
    // Node and time of the response are taken from the masked flow.
    return { flow, nodeName: flow.nodeName ?? "", time: flow.time ?? null };
  };
}

/** camelCase names of a path's fields; undefined when there is no such path. Below a list no path goes on. */
function resolve(path: string): string[] | undefined {
  let type: protobuf.Type | undefined = messageType("flow.Flow");
  const names: string[] = [];
  for (const segment of path.split(".")) {
    const field: protobuf.Field | undefined = type?.fieldsArray.find(
      ({ protoName, name }) => (protoName || name) === segment,
    );
    if (field === undefined) {
      return undefined;
    }
    names.push(field.name);
    const below: protobuf.ReflectionObject | null = field.resolve().resolvedType;
    type = field.repeated || below === null || !("fieldsArray" in below) ? undefined : (below as protobuf.Type);
  }
  return names;
}

/** A field that is wanted as a whole stays whole, whatever is named below it. */
function add(tree: Tree, [name = "", ...below]: readonly string[]): void {
  const known = tree.get(name);
  if (known === "leaf") {
    return;
  }
  if (below.length === 0) {
    tree.set(name, "leaf");
    return;
  }
  const subtree: Tree = known ?? new Map();
  tree.set(name, subtree);
  add(subtree, below);
}

/** A message that is masked below is always there, empty when the flow has none: agents allocate it before they copy. */
function copy(tree: Tree, from: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const to: Record<string, unknown> = {};
  for (const [name, below] of tree) {
    const value = from[name];
    if (below !== "leaf") {
      to[name] = copy(below, (value ?? {}) as Record<string, unknown>);
    } else if (value !== undefined && value !== null) {
      to[name] = value;
    }
  }
  return to;
}
