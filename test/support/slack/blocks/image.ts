/** Pictures: an address that Slack's own servers can fetch, or a file that was uploaded before (page "Image block"). */
import { asText, isObject, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { checkString, type Report } from "./report.ts";

/** Whether a file may stand in a message: it has to exist, be a picture, and be looked at already (python-slack-sdk #1658). */
export type IsPicture = (fileId: string) => boolean;

export function checkPicture(report: Report, image: Json, pointer: string, isPicture: IsPicture): void {
  checkString(report, image["alt_text"], `${pointer}/alt_text`, limits.imageAlt);
  const { image_url: url, slack_file: file } = image as { readonly image_url?: unknown; readonly slack_file?: unknown };
  if ((url === undefined) === (file === undefined)) {
    report.wrong(pointer, "must provide exactly one of image_url, slack_file");
  }
  checkString(report, url, `${pointer}/image_url`, limits.url);
  if (typeof url === "string" && !isPublic(url)) report.wrong(`${pointer}/image_url`, "downloading image failed");
  if (file !== undefined && !(isObject(file) && isPicture(asText(file["id"])))) {
    report.wrong(`${pointer}/slack_file`, "invalid slack file");
  }
}

/** Slack fetches the picture from the internet: an address inside a cluster or a laptop cannot be reached. */
function isPublic(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol)) return false;
  const { hostname } = url;
  const hidden = /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[)/.test(hostname);
  return !hidden && /\./.test(hostname) && !/\.(local|internal|svc|cluster|test)$/.test(hostname);
}
