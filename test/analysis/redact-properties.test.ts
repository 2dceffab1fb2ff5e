import { expect, test } from "vitest";
import type { Flow } from "../../src/analysis/flow.ts";
import { createRedaction, defaultRedaction, redactFlow, redactText } from "../../src/analysis/redact.ts";
import { http, makeFlow } from "../fixtures/flows/make.ts";
import { type Random, randomFrom } from "../fixtures/random.ts";
import { ask, type Case, corpus } from "../fixtures/redaction/corpus.ts";
import { disguises, secretKinds, survivor } from "../fixtures/redaction/secrets.ts";

const kinds = ["url", "path", "name", "header", "text"] as const;

/** Each field that data of strangers reaches, with the secret somewhere in it. */
const places: Readonly<Record<string, (secret: string) => Partial<Flow>>> = {
  "path of a URL": (secret) => ({ l7: http({ url: `http://shop/a/${secret}/b` }) }),
  "query of a URL": (secret) => ({ l7: http({ url: `http://shop/a?x=${secret}&y=1` }) }),
  "fragment of a URL": (secret) => ({ l7: http({ url: `http://shop/a#${secret}` }) }),
  "userinfo of a URL": (secret) => ({ l7: http({ url: `http://jane:${secret}@shop/a` }) }),
  "host of a URL": (secret) => ({ l7: http({ url: `http://${secret}.example.com/a` }) }),
  "value of a header": (secret) => ({ l7: http({ headers: [{ key: "x-whatever", value: secret }] }) }),
  "value of a harmless header": (secret) => ({
    l7: http({ headers: [{ key: "user-agent", value: `bot ${secret}` }] }),
  }),
  "name of a header": (secret) => ({ l7: http({ headers: [{ key: secret, value: "x" }] }) }),
  "HTTP method": (secret) => ({ l7: http({ method: secret }) }),
  "HTTP version": (secret) => ({ l7: http({ version: secret }) }),
  "DNS query": (secret) => ({ l7: dns({ query: `${secret}.t.example.com.` }) }),
  "DNS answer": (secret) => ({ l7: dns({ cnames: ["a.example.com.", `${secret}.example.com.`], ips: [secret] }) }),
  "name of an end": (secret) => ({ destinationNames: [`${secret}.example.com`], sourceNames: [secret] }),
  "Kafka topic": (secret) => ({
    l7: { kind: "request", latencyNs: 0, protocol: "kafka", apiKey: secret, topic: secret, errorCode: 0 },
  }),
  "summary of a request": (secret) => ({
    summary: `HTTP/1.1 GET http://jane:${secret}@shop/x/${secret}/y?z=${secret}`,
  }),
  "summary of a response": (secret) => ({ summary: `HTTP/1.1 200 3ms (GET http://shop/x/${secret}?z=${secret})` }),
  "summary of a query": (secret) => ({ summary: `DNS Query ${secret}.example.com. A` }),
  "summary of anything": (secret) => ({ summary: secret }),
  "policy log": (secret) => ({ policyLog: ["fine", `team=payments "${secret}", denied`] }),
  address: (secret) => ({ sourceIp: secret, destinationIp: secret }),
};

function dns(fields: { readonly query?: string; readonly cnames?: string[]; readonly ips?: string[] }) {
  const empty = { query: "", rcode: 0, ips: [], cnames: [], qtypes: [], ttl: 0, observationSource: "proxy" };
  return { kind: "request", latencyNs: 0, protocol: "dns", ...empty, ...fields } as const;
}

const secrets = Object.entries(secretKinds).flatMap(([kind, make]) =>
  Object.entries(disguises).map(([disguise, wear]) => ({ kind, disguise, make, wear })),
);

test.each(secrets)("$kind, disguise: $disguise, survives in no field", ({ make, wear }) => {
  const random = randomFrom(make.length * 31 + wear.length);
  for (let round = 0; round < 12; round++)
    for (const [place, plant] of Object.entries(places)) {
      const secret = make(random);
      const flow = makeFlow(plant(wear(secret)));
      const shown = JSON.stringify(redactFlow(flow));
      expect(survivor(shown, secret), `${place}: ${secret}\n${shown}`).toBeUndefined();
      const recorded = JSON.stringify(defaultRedaction.record({ flow: { ...flow, source_names: flow.sourceNames } }));
      expect(survivor(recorded, secret), `record, ${place}: ${secret}\n${recorded}`).toBeUndefined();
    }
});

test.each(["hex", "hex in capitals", "jwt", "uuid", "user and password"])(
  "%s, cut in two, survives in neither",
  (kind) => {
    const random = randomFrom(7);
    for (let round = 0; round < 60; round++) {
      const secret = secretKinds[kind]?.(random) ?? "";
      const half = secret.length >> 1;
      const [one, two] = [secret.slice(0, half), secret.slice(half)];
      const flow = makeFlow({
        l7: http({ url: `http://${one}.${two}.example.com/x/${one}/${two}/y` }),
        summary: `see ${one}/${two} here`,
        destinationNames: [`${one}.${two}.example.com`],
      });
      const shown = JSON.stringify(redactFlow(flow));
      expect(survivor(shown, secret), `${secret}\n${shown}`).toBeUndefined();
    }
  },
);

test("a password of any words is hidden where its name says so", () => {
  const random = randomFrom(11);
  for (let round = 0; round < 500; round++) {
    const password = Array.from({ length: 12 }, () => random.pick([...password1])).join("");
    for (const text of [
      `password=${password} x`,
      `{"token":"${password}"}`,
      `login --secret ${password}`,
      `X-Api-Key: ${password}`,
    ])
      expect(redactText(text), text).not.toContain(password);
    for (const name of ["authorization", "Cookie", "x-api-key", "x-unheard-of"])
      expect(defaultRedaction.header(name, password)).toBe("…");
  }
});
const password1 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789!$%*()_+,./:;<>?";

test("what was redacted once stays as it is, and is not much longer than before", () => {
  const redaction = createRedaction();
  const random = randomFrom(3);
  const inputs = [...corpus, ...Array.from({ length: 20_000 }, () => jumble(random))];
  for (const one of inputs) {
    const once = ask(redaction, one);
    const input = one.kind === "header" ? `${one.input.slice(0, one.input.indexOf(": "))}: ${once}` : once;
    expect(ask(redaction, { ...one, input }), `${one.kind} ${JSON.stringify(one.input)}`).toBe(once);
    expect(once.length, JSON.stringify(one.input)).toBeLessThanOrEqual(one.input.length + 2);
  }
});

test("a redacted flow stays as it is", () => {
  const random = randomFrom(5);
  for (const plant of Object.values(places))
    for (const { make, wear } of secrets) {
      const once = redactFlow(makeFlow(plant(wear(make(random)))));
      expect(redactFlow(once)).toEqual(once);
    }
});

const bits: readonly string[] = [
  ...corpus.flatMap(({ input }) => input.split(/(?=[/:?=& ])/)),
  ..."/:?=&#@.%;\"'\\()[]{}<>, \n\t…-_~+*!".split(""),
  "%25",
  "%2F",
  "\u200b",
  "password",
  "Bearer",
  "://",
  "-----BEGIN",
  "-----END",
  "аuthorization",
];

function jumble(random: Random): Pick<Case, "kind" | "input"> {
  const kind = random.pick(kinds);
  const text = Array.from({ length: 1 + random.below(9) }, () => random.pick(bits)).join("");
  return { kind, input: kind === "header" ? `${random.pick(["referer", "user-agent", "host"])}: ${text}` : text };
}

test("time grows with the text and no faster, whatever it is", () => {
  const redaction = createRedaction();
  const repeated = [
    ...bits.slice(-20),
    "a",
    "aA",
    "9f86d08-",
    "password=[",
    'password="',
    "http://",
    "a@",
    "eyJ",
    "--a ",
    "bearer ",
    "\\u0061",
    "1",
    "a.",
    "a&b=",
  ];
  for (const piece of repeated)
    for (const kind of ["url", "path", "name", "text"] as const) {
      const time = (length: number) => {
        const text = piece.repeat(Math.ceil(length / piece.length));
        const times = [1, 2, 3].map(() => {
          const start = performance.now();
          redaction[kind](text);
          return performance.now() - start;
        });
        return Math.min(...times);
      };
      expect(time(4_000), `${kind} of ${JSON.stringify(piece)}`).toBeLessThan(100);
      expect(time(100_000), `${kind} of ${JSON.stringify(piece)}`).toBeLessThan(100);
    }
});
