/** Flows as they look to a question about one DNS name: an outside address may have several names, and the first of them is what answers call it by. */
import type { Endpoint, Flow } from "../flow.ts";

/** `name` in lower case. Outside ends that have it are called by it; others by their address, which may have had it before. */
export function calledBy(name: string | undefined): (flow: Flow) => Flow {
  if (name === undefined) return (flow) => flow;
  const only = ({ pod }: Endpoint, names: readonly string[]) =>
    pod !== "" || names.length === 0 ? names : names.some((one) => plain(one) === name) ? [name] : [];
  return (flow) => {
    const sourceNames = only(flow.source, flow.sourceNames);
    const destinationNames = only(flow.destination, flow.destinationNames);
    const isSame = sourceNames === flow.sourceNames && destinationNames === flow.destinationNames;
    return isSame ? flow : { ...flow, sourceNames, destinationNames };
  };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
