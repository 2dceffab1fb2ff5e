/**
 * Where the API server is and how we prove who we are: from a kubeconfig (exec plugins, client certificates, tokens) or from the pod's service account. All of
 * that is @kubernetes/client-node's KubeConfig; it is loaded on first use, because importing the package takes a third of a second.
 */
import type { Agent } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { BotError } from "../../errors.ts";

export interface ConnectionOptions {
  /** Path of a kubeconfig; wins over `inCluster`. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** Use the service account of the pod we run in. */
  readonly inCluster?: boolean | undefined;
}

export interface Connection {
  /** Address of the API server, without credentials; "" until the first request. */
  server(): string;
  /** Headers and agent for one request. Shared for a minute, so that an exec plugin runs once and not once per watch. */
  credentials(): Promise<Credentials>;
  /** The server did not accept them: get new ones next time. */
  forget(): void;
}

export interface Credentials {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

export function createConnection(options: ConnectionOptions): Connection {
  let config: KubeConfig | undefined;
  let current: { readonly promise: Promise<Credentials>; readonly until: number } | undefined;

  return {
    server: () => (config === undefined ? "" : clean(config.getCurrentCluster()?.server ?? "")),
    credentials() {
      if (current === undefined || performance.now() > current.until) {
        const promise = (async () => {
          config ??= await load(options);
          return await makeCredentials(config);
        })();
        current = { promise, until: performance.now() + 60_000 };
        promise.catch(() => {
          if (current?.promise === promise) current = undefined;
        });
      }
      return current.promise;
    },
    forget() {
      current = undefined;
      // Caches of tokens live in the KubeConfig's authenticators: a new one reads them again.
      config = undefined;
    },
  };
}

async function load(options: ConnectionOptions): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    if (options.kubeconfig !== undefined && options.kubeconfig !== "") config.loadFromFile(options.kubeconfig);
    else if (options.inCluster === true) loadServiceAccount(config);
    else config.loadFromDefault();
  } catch (thrown) {
    throw unusable(reasonOf(thrown), thrown);
  }
  if (options.context !== undefined && options.context !== "") config.setCurrentContext(options.context);
  if (config.getCurrentCluster() === null) {
    const known = config
      .getContexts()
      .map((context) => context.name)
      .slice(0, 10);
    throw unusable(
      `it has no usable context ${JSON.stringify(config.getCurrentContext() ?? "")}; known: ${known.join(", ") || "none"}`,
    );
  }
  return config;
}

function loadServiceAccount(config: KubeConfig): void {
  if (!process.env["KUBERNETES_SERVICE_HOST"])
    throw new Error("KUBERNETES_SERVICE_HOST is not set: inCluster works inside a pod only");
  config.loadFromCluster();
}

async function makeCredentials(config: KubeConfig): Promise<Credentials> {
  const request: { headers: Record<string, string>; agent?: Agent; auth?: string } = { headers: {} };
  try {
    await config.applyToHTTPSOptions(request);
  } catch (thrown) {
    throw unusable(reasonOf(thrown), thrown);
  }
  if (request.agent === undefined) throw unusable("it gives no way to connect");
  if (request.auth !== undefined)
    request.headers["Authorization"] = `Basic ${Buffer.from(request.auth).toString("base64")}`;
  // A token file may end in a line feed, which is no header.
  const headers = Object.entries(request.headers).map(([name, value]) => [name, value.trim()]);
  return {
    url: new URL(config.getCurrentCluster()?.server ?? ""),
    headers: Object.fromEntries(headers),
    agent: request.agent,
  };
}

function unusable(why: string, cause?: unknown): BotError {
  return new BotError("NOT_CONFIGURED", `kubeconfig: ${why}`, {
    say: `The kubeconfig cannot be used: ${why}.`,
    ...(cause !== undefined && { cause }),
  });
}

/** One line of it, bounded: exec plugins write whole pages to standard error. */
function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return (message.trim().split("\n")[0] ?? "").slice(0, 200).replace(/\.$/, "");
}

function clean(server: string): string {
  try {
    const url = new URL(server);
    return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
  } catch {
    return "";
  }
}
