/** Names that say "what follows is nobody's business": of headers, parameters, fields and settings. */
import { skeleton } from "./fold.ts";

/** What a name says about its value. */
export type Secrecy = "none" | "word" | "line";

/** `line`: the value may have several words (credentials with a scheme, cookies, passphrases) and goes to the end of its line. */
export function secrecyOf(name: string): Secrecy {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const secrecy = judge(name);
  if (remembered.size >= 2_000) remembered.clear();
  if (name.length <= 64) remembered.set(name, secrecy);
  return secrecy;
}

export function isSecretName(name: string): boolean {
  return secrecyOf(name) !== "none";
}

const remembered = new Map<string, Secrecy>();

function judge(name: string): Secrecy {
  // Of a dotted name the last two parts speak: `spring.datasource.password`, but not `token.example.com`.
  const bare = skeleton(name.includes(".") ? name.split(".").slice(-2).join(".") : name);
  if (harmless.test(bare)) return "none";
  if (lines.test(bare)) return "line";
  return words.test(bare) || whole.has(bare) ? "word" : "none";
}

const lines = /authorization|cookie|^bearer$|passphrase|password|passwd/;
const words =
  /token|secret|pwd|passw|apikey|accesskey|accountkey|sharedkey|privatekey|signingkey|encryptionkey|authkey|keyid$|session|credential|signature|jwt|bearer|csrf|xsrf|samlresponse|assertion|userid|onetimecode|creditcard|cardnumber|webhookurl|clientcert/;
const whole: ReadonlySet<string> = new Set(
  "auth sig sid pass pin otp cvv cvc ssn iban email mail phone nonce psk dsn licensekey privkey sessid jsessionid phpsessid".split(
    " ",
  ),
);
/** Fields of Cilium and Kubernetes that only sound like it. */
const harmless = /socketcookie|syncookie|sessionaffinity|authorizationpolicy|^tokenbucket|automountserviceaccounttoken/;
