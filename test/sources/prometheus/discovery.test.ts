import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram } from "../../../src/lab/programs/find.ts";
import { type StartedPrometheus, startPrometheus } from "../../../src/lab/programs/prometheus.ts";
import { createDiscovery } from "../../../src/sources/prometheus/discovery.ts";
import { createPrometheus } from "../../../src/sources/prometheus/prometheus.ts";
import { ask } from "../../../src/sources/prometheus/request.ts";

const minute = 60_000;
const now = Math.floor(Date.now() / 1000) * 1000;
const window = { from: now - 30 * minute, to: now };
const soon = () => AbortSignal.timeout(5_000);

let program: StartedPrometheus | undefined;

/** Two agents scraped every 15 s. A label value as hostile as strangers write it. */
function* history(): Iterable<string> {
  yield "# TYPE cilium_version gauge\n";
  for (const pod of ["cilium-a", "cilium-b"])
    for (let time = now - 30 * minute; time <= now; time += 15_000)
      yield `cilium_version{k8s_app="cilium",pod="${pod}",version="1.19.4"} 1 ${time / 1000}\n`;
  yield "# TYPE hubble_drop counter\n";
  for (let time = now - 30 * minute; time <= now; time += 15_000)
    yield `hubble_drop_total{reason="a \\"quoted\\" \\\\ reason",protocol="TCP"} 1 ${time / 1000}\n`;
  yield "# EOF\n";
}

beforeAll(async () => {
  const say = () => undefined;
  const [prometheus, promtool] = await Promise.all([
    findProgram("prometheus", { say }),
    findProgram("promtool", { say }),
  ]);
  program = await startPrometheus({ prometheus, promtool, targets: [], history });
});

afterAll(async () => {
  await program?.close();
});

function open(clock?: () => number) {
  const address = { url: program?.url ?? "" };
  const { instant } = createPrometheus({ name: "test", ...address });
  const asked: string[] = [];
  const discovery = createDiscovery(
    (query, time, signal) => {
      asked.push(query);
      return instant(query, time, signal);
    },
    (path, form, signal) => {
      asked.push(path);
      return ask(address, path, form, signal);
    },
    clock,
  );
  return { discovery, asked };
}

describe("what a real Prometheus has", () => {
  test("is found: metrics, labels, values, matcher and interval", async () => {
    const found = open().discovery(soon());
    expect([
      ...(await found.metrics(["hubble_drop_total", "cilium_version", "up", "a.b|cilium_version"], window)),
    ]).toEqual(["cilium_version", "hubble_drop_total"]);
    expect([...(await found.labels("hubble_drop_total", window))].sort()).toEqual(["__name__", "protocol", "reason"]);
    expect([...(await found.labels("nothing_total", window))]).toEqual([]);
    expect(await found.values('cilium_version{k8s_app="cilium"}', "pod", window)).toEqual(["cilium-a", "cilium-b"]);
    expect(await found.values("hubble_drop_total", "reason", window)).toEqual(['a "quoted" \\ reason']);
    expect(await found.agentMatcher(window)).toBe('k8s_app="cilium"');
    expect(await found.scrapeMs(window)).toBe(15_000);
  });

  test("is not there long before", async () => {
    const found = open().discovery(soon());
    const before = { from: now - 5 * 60 * minute, to: now - 4 * 60 * minute };
    expect([...(await found.metrics(["cilium_version"], before))]).toEqual([]);
    expect(await found.agentMatcher(before)).toBe("");
    expect(await found.scrapeMs(before)).toBe(minute);
  });

  test("is asked once by all who ask at the same time, and again when five minutes are over", async () => {
    let clock = 0;
    const { discovery, asked } = open(() => clock);
    const ask = () => discovery(soon()).values("cilium_version", "pod", window);
    await Promise.all([ask(), ask(), ask()]);
    clock = 5 * minute - 1;
    await ask();
    expect(asked).toHaveLength(1);
    clock = 5 * minute + 1;
    await ask();
    expect(asked).toHaveLength(2);
  });

  test("is asked for again soon when it was missing", async () => {
    let clock = 0;
    const { discovery, asked } = open(() => clock);
    const ask = () => discovery(soon()).metrics(["nothing_total"], window);
    await ask();
    clock = 29_000;
    await ask();
    expect(asked).toHaveLength(1);
    clock = 31_000;
    await ask();
    expect(asked).toHaveLength(2);
  });
});

describe("the agents' matcher", () => {
  /** `bare`: names of series without the label's value. */
  const matcher = async (apps: readonly string[], bare: readonly string[]) => {
    const discovery = createDiscovery(
      () => Promise.reject(new Error("not asked")),
      async (path) => ({ data: path.includes("/k8s_app/") ? apps : bare, warnings: [], infos: [] }),
    );
    return await discovery(soon()).agentMatcher(window);
  };

  test("is there where all agents have it, and nowhere else", async () => {
    expect(await matcher(["cilium"], [])).toBe('k8s_app="cilium"');
    expect(await matcher(["cilium"], ["cilium_version"])).toBe("");
    expect(await matcher(["other"], [])).toBe("");
    expect(await matcher([], ["cilium_version"])).toBe("");
  });
});

describe("what is remembered", () => {
  const answer = (values: readonly unknown[], warnings: readonly string[] = []) => ({
    data: values,
    warnings,
    infos: [],
  });
  const never = () => Promise.reject(new Error("not asked"));

  test("is never a failure", async () => {
    const replies = [() => Promise.reject(new Error("down")), () => Promise.resolve(answer(["pod"]))];
    const discovery = createDiscovery(never, () => (replies.shift() ?? never)());
    await expect(discovery(soon()).labels("up", window)).rejects.toThrow("down");
    expect([...(await discovery(soon()).labels("up", window))]).toEqual(["pod"]);
  });

  test("is there for the others when the first one leaves", async () => {
    const waiting: ((value: ReturnType<typeof answer>) => void)[] = [];
    const discovery = createDiscovery(never, () => new Promise((resolve) => waiting.push(resolve)));
    const first = new AbortController();
    const one = discovery(first.signal).labels("up", window);
    const two = discovery(soon()).labels("up", window);
    first.abort();
    await expect(one).rejects.toMatchObject({ code: "CANCELLED" });
    expect(waiting).toHaveLength(1);
    waiting[0]?.(answer(["pod"]));
    expect([...(await two)]).toEqual(["pod"]);
  });

  test("is two hundred answers, and a part of one only for a short time", async () => {
    let clock = 0;
    let asked = 0;
    const discovery = createDiscovery(
      never,
      async () => {
        asked += 1;
        return answer(["pod"], ["partial response"]);
      },
      () => clock,
    );
    const ask = (metric: string) => discovery(soon()).labels(metric, window);
    for (let at = 0; at < 201; at++) await ask(`metric_${at}`);
    await ask("metric_200");
    expect(asked).toBe(201);
    await ask("metric_0");
    expect(asked).toBe(202);
    clock = 31_000;
    await ask("metric_200");
    expect(asked).toBe(203);
  });

  test("is at most a thousand values, and names go in several requests", async () => {
    const paths: string[] = [];
    const discovery = createDiscovery(never, async (path) => {
      paths.push(path);
      return answer(Array.from({ length: 1_500 }, (_, at) => `v${at}`).concat([7] as never));
    });
    expect(await discovery(soon()).values("up", "pod", window)).toHaveLength(1_000);
    paths.length = 0;
    const names = Array.from(
      { length: 100 },
      (_, at) => `cilium_a_metric_with_quite_a_long_name_of_sixty_letters_no_${at}`,
    );
    await discovery(soon()).metrics(names, window);
    expect(paths).toHaveLength(2);
    expect(Math.max(...paths.map(({ length }) => length))).toBeLessThan(8_000);
  });
});
