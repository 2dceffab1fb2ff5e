/** One gRPC channel to Relay: made once per cluster, on first use; connects by itself, and again when the connection is lost. */
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { type ChannelOptions, Client, credentials } from "@grpc/grpc-js";
import { BotError } from "../../errors.ts";

export interface HubbleTls {
  readonly enabled: boolean;
  /** PEM files. Absent `caFile`: the CAs that Node ships. */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** The name to expect in the certificate (`ui.hubble-relay.cilium.io`), where it is not the address. */
  readonly serverName?: string | undefined;
}

export interface ChannelTarget {
  /** `host:port`. */
  readonly address: string;
  readonly tls: HubbleTls;
}

export interface Channel {
  /** Rejects with a BotError when a certificate cannot be read. */
  client(): Promise<Client>;
  /** The next question gets a new channel, with the certificates as they are then on disk. Running calls end undisturbed. */
  renew(): void;
  close(): void;
}

export function createChannel(target: ChannelTarget): Channel {
  let opening: Promise<Client> | undefined;
  const drop = () => {
    opening?.then((client) => client.close()).catch(() => undefined); // what failed to open needs no closing
    opening = undefined;
  };
  return {
    client() {
      opening ??= openClient(target).catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    renew() {
      if (target.tls.enabled) drop();
    },
    close: drop,
  };
}

const mebibyte = 1024 * 1024;

/**
 * A window of 4 MiB: with HTTP/2's 64 KiB the sender waits for us (199,000 against 330,000 flows/s measured). No keepalive: gRPC servers in Go hang up on
 * clients that ping more often than every five minutes. A Relay that comes back is tried again after five seconds at the latest, not after two minutes.
 */
const options: ChannelOptions = {
  "grpc-node.flow_control_window": 4 * mebibyte,
  "grpc.max_receive_message_length": 8 * mebibyte,
  "grpc.initial_reconnect_backoff_ms": 200,
  "grpc.max_reconnect_backoff_ms": 5_000,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
};

async function openClient({ address, tls }: ChannelTarget): Promise<Client> {
  if (!tls.enabled) return new Client(address, credentials.createInsecure(), options);
  const named: ChannelOptions =
    tls.serverName === undefined
      ? {}
      : { "grpc.ssl_target_name_override": tls.serverName, "grpc.default_authority": tls.serverName };
  return new Client(address, await secure(tls), { ...options, ...named });
}

/** Relay itself speaks TLS 1.3; gateways in front may not. */
async function secure({ caFile, certFile, keyFile }: HubbleTls) {
  const [ca, cert, key] = await Promise.all([
    pem("caFile", caFile),
    pem("certFile", certFile),
    pem("keyFile", keyFile),
  ]);
  try {
    const context = createSecureContext({
      minVersion: "TLSv1.2",
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
    });
    return credentials.createFromSecureContext(context);
  } catch (cause) {
    throw unusable("the certificates", cause);
  }
}

async function pem(name: string, file: string | undefined): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file);
  } catch (cause) {
    throw unusable(`${name} ${file}`, cause);
  }
}

function unusable(what: string, cause: unknown): BotError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BotError("NOT_CONFIGURED", `${what}: ${reason}`, {
    say: `Relay could not be asked: ${what} cannot be used (${reason}). Check hubble.tls.`,
    cause,
  });
}
