/** A kubeconfig file for kubectl and for the bot. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
import { stringify } from "yaml";

export interface KubeconfigParts {
  readonly cluster: string;
  readonly server: string;
  readonly caPem: string;
  readonly user: string;
  readonly token: string;
}

export function writeKubeconfig(parts: KubeconfigParts): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: parts.cluster,
        cluster: {
          server: parts.server,
          "certificate-authority-data": Buffer.from(parts.caPem).toString("base64"),
        },
      },
    ],
    users: [{ name: parts.user, user: { token: parts.token } }],
    contexts: [{ name: parts.cluster, context: { cluster: parts.cluster, user: parts.user, namespace: "default" } }],
    "current-context": parts.cluster,
  });
}
