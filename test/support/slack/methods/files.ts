/** files.getUploadURLExternal, files.completeUploadExternal, files.info: the external upload (page "Uploading files"). */
import { asList, asObject, asText, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import { mimetypeOf, type SlackFile } from "../state/files.ts";
import type { State } from "../state/state.ts";
import { listOf, textOf } from "../web/arguments.ts";
import { readSaid } from "./content.ts";
import { type Around, type Method, required, visibleChannel } from "./method.ts";
import { presentFile } from "./present.ts";

export const getUploadUrl: Method = {
  token: "bot",
  scopes: ["files:write"],
  tier: 4,
  run({ args }, slack) {
    required(args, "filename", "length");
    const length = Number(textOf(args, "length"));
    // A length of 0 is a missing argument (method files.getUploadURLExternal).
    if (!Number.isInteger(length) || length <= 0) throw new SlackRefusal("missing_argument");
    const altText = textOf(args, "alt_txt");
    if (altText.length > limits.fileAlt) throw new SlackRefusal("alt_txt_too_large");
    const { file, ticket } = slack.files.place({ filename: textOf(args, "filename"), length, altText });
    return { upload_url: `${slack.origin()}/upload/v1/${ticket}`, file_id: file.id };
  },
};

/** Each upload is completed once; that a second completion finds no upload is what "from the upload ticket" in file_not_found says. */
export const completeUpload: Method = {
  token: "bot",
  scopes: ["files:write"],
  tier: 4,
  run({ args, unshared, unseen }, slack) {
    const wanted = asList(args["files"]).map(asObject);
    if (wanted.length === 0) throw new SlackRefusal("invalid_arguments");
    const uploads = wanted.map(({ id, title }) => ({ file: uploaded(slack, asText(id)), title: asText(title) }));
    const channels = targets(slack, args);
    const threadTs = textOf(args, "thread_ts") || undefined;
    // `initial_comment` wins over `blocks`.
    const comment = textOf(args, "initial_comment");
    const words = comment === "" ? { blocks: args["blocks"] } : { text: comment };
    const said = readSaid(slack, words, { text: "cut", budget: true });
    const files = uploads.map(({ file, title }) => {
      return slack.files.change(file.id, { step: "completed", title: title || file.filename });
    });
    // The answer comes first: type and shares follow when Slack has looked at the file.
    slack.later(slack.settings.fileReadyMs, () => {
      if (unseen) return;
      for (const file of files) slack.files.change(file.id, { mimetype: mimetypeOf(file) });
      if (!unshared) for (const channel of channels) share(slack, files, { ...said, channel, threadTs });
    });
    return { files: files.map(({ id, title }) => ({ id, title })) };
  },
};

export const info: Method = {
  token: "bot",
  scopes: ["files:read"],
  tier: 4,
  run({ args }, slack) {
    required(args, "file");
    const file = slack.files.find(textOf(args, "file"));
    if (file?.step !== "completed") throw new SlackRefusal("file_not_found");
    return { file: presentFile(slack, file.id), comments: [] };
  },
};

function uploaded(slack: State, id: string): SlackFile {
  const file = slack.files.find(id);
  if (file?.step !== "uploaded") throw new SlackRefusal("file_not_found");
  return file;
}

function targets(slack: State, args: Json): readonly string[] {
  const names = [textOf(args, "channel_id"), ...listOf(args, "channels")].filter((name) => name !== "");
  if (names.length > limits.attachments) throw new SlackRefusal("channels_limit_exceeded");
  return names.map((name) => {
    const channel = visibleChannel(slack, name);
    if (!slack.workspace.isBotIn(channel)) throw new SlackRefusal("not_in_channel");
    return channel.id;
  });
}

function share(
  slack: Around,
  files: readonly SlackFile[],
  said: { readonly channel: string; readonly threadTs: string | undefined; readonly text?: string },
): void {
  const { bot } = slack.workspace;
  const message = slack.messages.post({
    ...{ user: bot.userId, botId: bot.botId, via: "files.completeUploadExternal" },
    ...said,
    files: files.map((file) => file.id),
  });
  for (const file of files) {
    const { channel, ts, threadTs } = message;
    const before = slack.files.find(file.id)?.shares ?? [];
    slack.files.change(file.id, { shares: [...before, { channel, ts, threadTs }] });
  }
}
