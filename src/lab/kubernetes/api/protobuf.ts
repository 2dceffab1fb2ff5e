/**
 * The one message that clients may send in Protobuf: newer kubectl asks "may I?" that way. An envelope of four magic bytes and an Unknown message around
 * the object. https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding-idl
 */
import protobuf from "protobufjs";

/** Every field used here is text or another message. */
type Message = ReadonlyMap<number, Uint8Array>;

const magic = Buffer.from("k8s\0");

export function isProtobuf(body: Uint8Array): boolean {
  return magic.equals(body.subarray(0, magic.length));
}

/** The review as its JSON would read, as far as access is decided by it. Throws RangeError or Error when the bytes are no such message. */
export function decodeReview(body: Uint8Array): object {
  const envelope = read(body.subarray(magic.length));
  const type = read(envelope.get(1));
  const spec = read(read(envelope.get(2)).get(2));
  return {
    apiVersion: text(type, 1),
    kind: text(type, 2),
    spec: {
      ...(spec.has(1) && { resourceAttributes: attributes(read(spec.get(1))) }),
      ...(spec.has(2) && {
        nonResourceAttributes: { path: text(read(spec.get(2)), 1), verb: text(read(spec.get(2)), 2) },
      }),
    },
  };
}

/** k8s.io.api.authorization.v1.ResourceAttributes. Empty text is absent, as in JSON. */
function attributes(message: Message): object {
  const names = ["namespace", "verb", "group", "version", "resource", "subresource", "name"];
  const pairs = names.map((name, index) => [name, text(message, index + 1)]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

function read(bytes: Uint8Array | undefined): Message {
  const fields = new Map<number, Uint8Array>();
  const reader = protobuf.Reader.create(bytes ?? new Uint8Array());
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 2) fields.set(tag >>> 3, reader.bytes());
    else reader.skipType(tag & 7);
  }
  return fields;
}

function text(message: Message, field: number): string {
  return Buffer.from(message.get(field) ?? []).toString();
}
