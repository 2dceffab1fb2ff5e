/**
 * Links to files: `GET /artifacts/<id>.<hmac>`. A browser saves what it gets and runs none of it; whatever is wrong with a link looks the same from outside. In an
 * `<img>` a picture is shown all the same: neither the disposition nor the sandbox is meant for what is part of another page.
 */
import type { ServerResponse } from "node:http";
import type { Logger } from "../log.ts";
import { answer, pathOf } from "./listen.ts";
import type { Route } from "./public.ts";

export interface Found {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer;
}

export interface ArtifactRouteOptions {
  /** By the last part of the link. Undefined for a link that is malformed, not ours, or expired; rejects while the store is away. */
  readonly find: (token: string) => Promise<Found | undefined>;
  readonly log: Pick<Logger, "warn">;
}

const path = "/artifacts/";

export function artifactRoute({ find, log }: ArtifactRouteOptions): Route {
  return {
    methods: ["GET", "HEAD"],
    path,
    async handle(request, response) {
      let found: Found | undefined;
      try {
        found = await find(pathOf(request.url).slice(path.length));
      } catch (error) {
        log.warn({ err: error instanceof Error ? error.message : String(error) }, "artifact not read");
        return answer(response, { status: 503, body: "try again in a moment\n", headers: { "retry-after": "5" } });
      }
      if (!found) return answer(response, { status: 404, body: "there is nothing here, or no longer\n" });
      send(response, found);
    },
  };
}

function send(response: ServerResponse, { name, type, body }: Found): void {
  response
    .writeHead(200, {
      "content-type": type,
      "content-length": body.length,
      "content-disposition": `attachment; filename="${safeName(name)}"`,
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    })
    .end(response.req.method === "HEAD" ? undefined : body);
}

/** Letters, digits, `.`, `_` and `-`, no dot in front: nothing that a header or a file system could take for more than a name. */
function safeName(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[.-]+/, "")
      .slice(-80) || "file"
  );
}
