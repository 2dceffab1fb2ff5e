/** A gRPC status → BotError: what it means and what to check, in one sentence with the address in it. */
import { status } from "@grpc/grpc-js";
import { redactText } from "../../analysis/redact.ts";
import { BotError } from "../../errors.ts";

export function grpcError(code: number, said: string, address: string): BotError {
  // Written by servers and proxies: it may hold what they were asked with.
  const details = redactText(said);
  const message = `gRPC ${status[code] ?? code} from ${address}: ${details}`;
  const where = `Relay at ${address}`;
  const why = details === "" ? "" : ` (${short(details)})`;
  switch (code) {
    case status.UNAVAILABLE:
      return new BotError("UNREACHABLE", message, {
        say: `${where} could not be reached${why}. ${whatToCheck(details)}`,
      });
    case status.DEADLINE_EXCEEDED:
      return new BotError("TIMEOUT", message, { say: `${where} gave no answer in time.` });
    case status.CANCELLED:
      return new BotError("CANCELLED", message);
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return new BotError("DENIED", message, {
        say: `${where} refused the bot's credentials${why}. Check hubble.tls certFile and keyFile.`,
      });
    case status.RESOURCE_EXHAUSTED:
      return /larger than max/i.test(details)
        ? new BotError("BROKEN_ANSWER", message, { say: `${where} sent a message larger than any flow${why}.` })
        : new BotError("OVERLOADED", message, { say: `${where} is overloaded${why}.` });
    case status.UNIMPLEMENTED:
      return new BotError("REFUSED", message, {
        say: `${where} does not speak Hubble's API${why}. Check hubble.address: it is the hubble-relay Service.`,
      });
    case status.INVALID_ARGUMENT:
      return new BotError("REFUSED", message, { say: `${where} refused the question${why}.` });
    default:
      return new BotError("BROKEN_ANSWER", message, { say: `${where} broke off${why}.` });
  }
}

function whatToCheck(details: string): string {
  if (/certificate|altname|self.signed|unable to verify|ERR_TLS|CERT_/i.test(details))
    return "Check hubble.tls: caFile, and serverName if the certificate is for another name.";
  if (/wrong version number|EPROTO|SSL|handshake/i.test(details))
    return "Check hubble.tls.enabled: one side speaks TLS and the other does not.";
  if (/name resolution failed|ENOTFOUND|EAI_AGAIN/i.test(details)) return "Check the host name in hubble.address.";
  return "Check hubble.address, that the hubble-relay pods are ready, and that policies let the bot reach port 4245.";
}

/** Written by servers and libraries: one line, bounded, without what grpc-js puts around the cause. */
function short(details: string): string {
  const line = details
    .replace(/^No connection established\. Last error: (?:Error: )?/, "")
    .replace(/\.? Resolution note: ?$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
