import { remove, update } from "./chat-edit.ts";
import { postEphemeral, postMessage } from "./chat-post.ts";
import { info as conversationInfo, open } from "./conversations.ts";
import { completeUpload, info as fileInfo, getUploadUrl } from "./files.ts";
import { history, replies } from "./history.ts";
import type { Method } from "./method.ts";
import { addReaction, apiTest, authTest, openConnection, userInfo } from "./small.ts";
import { openView } from "./views.ts";

/** Every method the service knows. Another one is `unknown_method`, and a leftover. */
export const methods: Readonly<Record<string, Method>> = {
  "api.test": apiTest,
  "apps.connections.open": openConnection,
  "auth.test": authTest,
  "chat.delete": remove,
  "chat.postEphemeral": postEphemeral,
  "chat.postMessage": postMessage,
  "chat.update": update,
  "conversations.history": history,
  "conversations.info": conversationInfo,
  "conversations.open": open,
  "conversations.replies": replies,
  "files.completeUploadExternal": completeUpload,
  "files.getUploadURLExternal": getUploadUrl,
  "files.info": fileInfo,
  "reactions.add": addReaction,
  "users.info": userInfo,
  "views.open": openView,
};
