/** A certificate authority made at start, and a server certificate signed by it, so that clients verify the lab as they verify a cluster. */
import { isIP } from "node:net";
import { generate } from "selfsigned";

export interface Certificate {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const dayMs = 86_400_000;

/** `names`: host names and addresses beside 127.0.0.1 and localhost. */
export async function makeCertificate(names: readonly string[]): Promise<Certificate> {
  // Clocks of clients may be a little behind.
  const validity = { notBeforeDate: new Date(Date.now() - dayMs), notAfterDate: new Date(Date.now() + 365 * dayMs) };
  const ca = await generate([{ name: "commonName", value: "kubernetes" }], {
    ...validity,
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "kube-apiserver" }], {
    ...validity,
    keyType: "ec",
    algorithm: "sha256",
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [...new Set(["127.0.0.1", "localhost", ...names])].map(altName) },
    ],
  });
  return { caPem: ca.cert, certPem: server.cert, keyPem: server.private };
}

function altName(name: string): { type: 7; ip: string } | { type: 2; value: string } {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name };
}
