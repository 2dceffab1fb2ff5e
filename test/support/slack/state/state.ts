import type { Settings } from "../options.ts";
import { type Calls, createCalls } from "./calls.ts";
import { createEphemerals, type Ephemerals } from "./ephemerals.ts";
import { createFiles, type Files } from "./files.ts";
import { createMessages, type Messages } from "./messages.ts";
import { createResponseUrls, type ResponseUrls } from "./response-urls.ts";
import { createSentFiles, type SentFiles } from "./sent-files.ts";
import { createStamps, type Stamps } from "./stamp.ts";
import { createTriggers, type Triggers } from "./triggers.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

/** All that Slack remembers. */
export interface State {
  readonly settings: Settings;
  readonly stamps: Stamps;
  readonly workspace: Workspace;
  readonly messages: Messages;
  readonly ephemerals: Ephemerals;
  readonly files: Files;
  readonly sentFiles: SentFiles;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly calls: Calls;
}

export function createState(settings: Settings): State {
  const stamps = createStamps();
  return {
    settings,
    stamps,
    workspace: createWorkspace(settings.team, stamps),
    messages: createMessages(stamps),
    ephemerals: createEphemerals(stamps),
    files: createFiles(stamps),
    sentFiles: createSentFiles(stamps, settings),
    triggers: createTriggers(stamps),
    responseUrls: createResponseUrls(stamps),
    calls: createCalls(),
  };
}
