import type { Json } from "./json.ts";

/** `{"ok":false,"error":code}`: how the Web API says no, with HTTP 200 (docs.slack.dev, "Using the Slack Web API"). */
export class SlackRefusal extends Error {
  readonly code: string;
  readonly details: Json;

  constructor(code: string, details: Json = {}) {
    super(code);
    this.name = "SlackRefusal";
    this.code = code;
    this.details = details;
  }
}
