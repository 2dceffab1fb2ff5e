/** Credentials that show what they are: the prefixes that issuers give their tokens, PEM blocks, and user and password in base64. */

/** True when a credential of a known shape begins somewhere in this text, which need not be a word of its own. */
export function hasCredential(text: string): boolean {
  return text.length >= 8 && (strong.test(text) || weak.test(text));
}

/** From `-----BEGIN` to the end of the block's last line; a block that does not end is cut to the end of the text. */
export function hideBlocks(text: string): string {
  let out = "";
  let from = 0;
  for (;;) {
    const start = text.indexOf(blockStart, from);
    if (start < 0) return from === 0 ? text : out + text.slice(from);
    const footer = text.indexOf("-----END", start);
    const end = footer < 0 ? -1 : text.indexOf("-----", footer + 8);
    out += `${text.slice(from, start)}…`;
    if (end < 0) return out;
    from = end + 5;
  }
}

/** Base64 (either alphabet, padded or not) of printable text with a colon in it, as in `Authorization: Basic`, or of JSON; or padded base64 of any text. */
export function isEncodedPair(text: string): boolean {
  if (text.length < 8 || !/[A-Z]/.test(text) || !/[a-z0-9]/.test(text)) return false;
  const end = text.endsWith("==") ? text.length - 2 : text.endsWith("=") ? text.length - 1 : text.length;
  let isPair = end < text.length && text.length % 4 === 0;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < end; at++) {
    const value = sextets.get(text.charCodeAt(at));
    if (value === undefined) return false;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 255;
    if (byte < 32 || byte > 126) return false;
    if (byte === colon) isPair = true;
  }
  return isPair;
}

const blockStart = "-----BEGIN";
const colon = 58;
const sextets: ReadonlyMap<number, number> = new Map([
  ...[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].map(
    (letter, value) => [letter.charCodeAt(0), value] as const,
  ),
  [45, 62],
  [95, 63],
]);

/** Prefixes that are no words: GitHub, GitLab, Slack, AWS, Google, Vault, Stripe, SendGrid, DigitalOcean, npm, PyPI, Docker, Shopify, Square, Grafana, … */
const strong = new RegExp(
  `(?:^|[^A-Za-z0-9])(?:${[
    "eyJ[\\w-]{6}",
    "gh[pousr]_\\w{6}",
    "github_pat_\\w",
    "gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|oas)-[\\w-]{6}",
    "xox[a-z](?:-|\\.xox)",
    "x(?:app|wfp)-\\d",
    "AKIA[0-9A-Z]{4}",
    "(?:ASIA|AROA|AIDA|ABIA|ACCA|AGPA|ANPA)(?=[A-Z]{0,15}[0-9])[0-9A-Z]{12}",
    "AIza[\\w-]{10}",
    "ya29\\.[\\w-]{6}",
    "1//0[\\w-]{10}",
    "GOCSPX-",
    "hv[sbr]\\.\\w{6}",
    "(?:sk|rk|pk)_(?:live|test)_\\w{6}",
    "whsec_\\w{6}",
    "sk-(?:proj|ant|svcacct|admin|or)-[\\w-]{6}",
    "SG\\.[\\w-]{8}",
    "do[opr]_v1_",
    "pypi-AgE",
    "rubygems_[0-9a-f]{6}",
    "dckr_(?:pat|oat)_",
    "lin_(?:api|oauth)_\\w",
    "shp(?:at|ca|pa|ss)_[0-9a-f]{6}",
    "sq0(?:atp|csp|idp)-",
    "gl(?:sa|c)_\\w{6}",
    "dapi[0-9a-f]{16}",
    "ATATT3x",
    "ATBB\\w{8}",
    "NRAK-[0-9A-Z]{6}",
    "figd_[\\w-]{6}",
    "hf_[A-Za-z]{16}",
    "gsk_\\w{8}",
    "xai-\\w{8}",
    "r8_\\w{8}",
    "ntn_\\w{6}",
    "PMAK-[0-9a-f]{6}",
    "tskey-[a-z]{3}",
    "pat-(?:na|eu)\\d-",
    "rzp_(?:live|test)_\\w",
    "AGE-SECRET-KEY-1",
    "\\d{8,10}:AA[\\w-]{10}",
    "v2\\.local\\.|v4\\.(?:local|public)\\.",
  ].join("|")})|\\w{3}8Q~[\\w.~-]{6}`,
);

/** Prefixes that begin words too (`sk-learn-service`): what follows is long and in one piece, or has capitals and digits. */
const weak =
  /(?:^|[^A-Za-z0-9])(?:sk-|npm_|key-|secret_|s\.)(?=[A-Za-z0-9]{0,40}[0-9])(?=[A-Za-z0-9]{0,40}[A-Za-z])[A-Za-z0-9]{16}/;
