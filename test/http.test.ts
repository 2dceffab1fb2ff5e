import { expect, test } from "vitest";
import { startAdmin } from "../src/http.ts";
import { createMetrics } from "../src/metrics.ts";

test("the admin port answers health, readiness and metrics, and nothing else", async () => {
  const metrics = createMetrics();
  metrics.commands.inc({ command: "drops", result: "working" });
  let ready = false;
  const admin = await startAdmin({
    host: "127.0.0.1",
    port: 0,
    registry: metrics.registry,
    readiness: () => ({ ready, parts: { redis: "connecting" } }),
  });
  const get = async (path: string, method = "GET") => {
    const response = await fetch(`${admin.url}${path}`, { method });
    return { status: response.status, text: await response.text() };
  };
  try {
    expect(await get("/healthz")).toEqual({ status: 200, text: "ok\n" });
    expect(await get("/readyz")).toEqual({ status: 503, text: '{"ready":false,"parts":{"redis":"connecting"}}\n' });
    ready = true;
    expect((await get("/readyz?verbose")).status).toBe(200);
    expect((await get("/metrics")).text).toContain('cilium_chatops_commands_total{command="drops",result="working"} 1');
    expect((await get("/")).status).toBe(404);
    expect((await get("/healthz", "POST")).status).toBe(405);
  } finally {
    await admin.close();
  }
});
