/** What a rollout changed, in words: replicas, images, labels, names of environment variables. */
import { isRecord } from "../../policy/record.ts";
import { leavesOf, type Tree } from "./tree.ts";
import { pairWords } from "./words-pairs.ts";
import { field } from "./written.ts";

export function templateWords(before: Tree, after: Tree): string[] {
  const [was, is] = [field(before, "replicas"), field(after, "replicas")];
  const [old, now] = [field(before, "template"), field(after, "template")] as [Tree, Tree];
  return [
    ...(was === is ? [] : [`scaled ${was} → ${is}`]),
    ...containerWords(field(old, "containers"), field(now, "containers")),
    ...pairWords("label ", old, now, "labels."),
    ...(field(old, "restartedAt") === field(now, "restartedAt") ? [] : ["restarted"]),
    ...restWords(old, now),
  ];
}

function containerWords(before: unknown, after: unknown): string[] {
  const [old, now] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    const [was, is] = [field(old, name), field(now, name)];
    if (was === undefined) return [`container ${name} added`];
    if (is === undefined) return [`container ${name} removed`];
    const images = [field(was, "image"), field(is, "image")].map(String);
    return [
      ...(images[0] === images[1] ? [] : [`image ${shortImages(images[0] ?? "", images[1] ?? "")}`]),
      ...envWords(name, field(was, "env"), field(is, "env")),
      ...restOf(was, is, ["image", "env"]).map((key) => `${key} of ${name} changed`),
    ];
  });
}

function envWords(container: string, before: unknown, after: unknown): string[] {
  const [old, now] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    const [was, is] = [field(old, name), field(now, name)];
    if (was === is) return [];
    return [`env ${name} of ${container} ${was === undefined ? "added" : is === undefined ? "removed" : "changed"}`];
  });
}

function restWords(before: Tree, after: Tree): string[] {
  const others = restOf(before, after, ["containers", "labels", "restartedAt"]);
  return others.map((key) => `${key} of the pods changed`);
}

function restOf(before: unknown, after: unknown, without: readonly string[]): string[] {
  const keys = [before, after].flatMap((one) => (isRecord(one) ? Object.keys(one) : []));
  return [...new Set(keys)].filter((key) => !without.includes(key) && leaf(before, key) !== leaf(after, key));
}

function leaf(value: unknown, key: string): string {
  return [...leavesOf((field(value, key) ?? "") as Tree, "x")].join();
}

/** `web:1.2 → web:1.3`: the place in a registry only where that is what changed. */
function shortImages(before: string, after: string): string {
  const [old, now] = [lastPart(before), lastPart(after)];
  return old === now ? `${shortDigest(before)} → ${shortDigest(after)}` : `${old} → ${now}`;
}

function lastPart(image: string): string {
  return shortDigest(image.slice(image.lastIndexOf("/") + 1));
}

function shortDigest(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+/, "$1");
}
