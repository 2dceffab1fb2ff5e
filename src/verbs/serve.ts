/** `serve`: the bot until it is told to stop; the first signal stops gracefully, the second at once. */
import { type Role, roles, startApp } from "../app.ts";
import { configWarnings, loadConfig } from "../config.ts";
import { startAdmin } from "../http.ts";
import { createLog } from "../log.ts";
import { textOption, UsageError, type VerbInput } from "./verb.ts";

export async function serve(input: VerbInput): Promise<number> {
  const file = textOption(input, "config");
  if (!file) throw new UsageError("serve needs a configuration: --config FILE");
  const role = textOption(input, "role") ?? "all";
  if (!isRole(role)) throw new UsageError(`--role is one of ${roles.join(", ")}`);

  const started = Date.now();
  const config = loadConfig(file, process.env);
  const log = createLog(config.log.level);
  for (const warning of configWarnings(config)) log.warn({}, warning);
  const app = await startApp({ config, role, log, chat: true });
  const admin = await startAdmin({
    host: config.http.adminHost,
    port: config.http.adminPort,
    registry: app.metrics.registry,
    readiness: () => app.readiness(),
  }).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  log.info(
    {
      role,
      admin: admin.url,
      ...(app.publicUrl && { public: app.publicUrl }),
      clusters: app.clusters,
      ms: Date.now() - started,
    },
    "listening",
  );
  app.connected(60_000).then(
    () => log.info({ ms: Date.now() - started }, "ready"),
    (error: unknown) => log.error({ err: error }, "redis is not reachable; still trying"),
  );

  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  log.info({ signal }, "stopping: running work finishes");
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => process.exit(130));
  await app.close();
  await admin.close();
  log.info({}, "stopped");
  return 0;
}

function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
