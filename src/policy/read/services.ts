/** toServices: the pods behind a Service, or its addresses when it has no selector. Ports of the rule are the backends' ports. */
import { parseAddress, parsePrefix } from "../cidr.ts";
import { namespaceKey } from "../labels.ts";
import type { Peer } from "../policy.ts";
import { type Requirement, selects } from "../selector.ts";
import type { PolicyService } from "../settings.ts";
import { type Reader, readFields, readText } from "./reader.ts";
import { joined, readWritten, requirementKey, sorted } from "./selectors.ts";

export function readService(reader: Reader, value: unknown, path: string): Peer[] {
  const fields = readFields(reader, value, path, ["k8sService", "k8sServiceSelector"]) ?? {};
  const named = readFields(reader, fields["k8sService"], `${path}.k8sService`, ["serviceName", "namespace"]);
  const chosen = readFields(reader, fields["k8sServiceSelector"], `${path}.k8sServiceSelector`, [
    "selector",
    "namespace",
  ]);
  const { services } = reader.settings;
  const found: PolicyService[] = [];
  if (named !== undefined) {
    const name = readText(reader, named["serviceName"], `${path}.k8sService.serviceName`) ?? "";
    const namespace = readText(reader, named["namespace"], `${path}.k8sService.namespace`) || reader.namespace;
    found.push(...services.filter((service) => service.name === name && service.namespace === namespace));
  }
  if (chosen !== undefined) {
    const namespace = readText(reader, chosen["namespace"], `${path}.k8sServiceSelector.namespace`) ?? "";
    const selector = joined(readWritten(reader, chosen["selector"], `${path}.k8sServiceSelector.selector`));
    found.push(
      ...services.filter(
        (service) =>
          (namespace === "" || service.namespace === namespace) &&
          selects(
            selector,
            Object.entries(service.labels).map(([key, label]) => `k8s:${key}=${label}`),
          ),
      ),
    );
  }
  return found.flatMap(servicePeers);
}

function servicePeers({ namespace, name, selector, addresses }: PolicyService): Peer[] {
  const shown = `${namespace}/${name}`;
  if (selector !== null) {
    const home: Requirement = { source: "k8s", key: namespaceKey, operator: "In", values: [namespace] };
    const whole = [...selector, home];
    const key = `service ${sorted(whole.map(requirementKey)).join("\n")}`;
    return [{ kind: "labels", selector: whole, member: "toServices", name: shown, key }];
  }
  return addresses.flatMap((text): Peer[] => {
    const address = parseAddress(text);
    const cidr = address === null ? null : parsePrefix(`${text}/${address.family === 4 ? 32 : 128}`);
    return cidr === null
      ? []
      : [{ kind: "cidr", cidr, except: [], member: "toServices", name: shown, key: `cidr ${cidr.text}` }];
  });
}
