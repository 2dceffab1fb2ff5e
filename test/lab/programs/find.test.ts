import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Machine } from "../../../src/lab/programs/apt.ts";
import { findProgram, findPrograms } from "../../../src/lab/programs/find.ts";
import type { ProgramName } from "../../../src/lab/programs/program.ts";

const container: Machine = { root: true, debian: true, systemd: false };
const everything: ProgramName[] = ["redis-server", "prometheus", "promtool", "alertmanager"];
let directory: string;
let said: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cilium-chatops-find-"));
  said = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("what PATH has is taken as it is, without a word", async () => {
  for (const name of ["redis-server", "prometheus", "promtool", "alertmanager"]) executable(name, "");
  const found = await find(everything);
  expect(found.map(({ where }) => where)).toEqual(everything.map((name) => join(directory, name)));
  expect(found[0]?.command(["--port", "1"], "/data")).toEqual([join(directory, "redis-server"), "--port", "1"]);
  expect(said).toEqual([]);
});

test("Alertmanager is found under Debian's name first", async () => {
  executable("alertmanager", "");
  executable("prometheus-alertmanager", "");
  const [alertmanager] = await find(["alertmanager"]);
  expect(alertmanager?.where).toBe(join(directory, "prometheus-alertmanager"));
});

test("a file that cannot be executed and a directory of that name are not programs", async () => {
  writeFileSync(join(directory, "redis-server"), "");
  await expect(find(["redis-server"])).rejects.toThrow("not found");
});

test("in a container as root what is missing is installed in one run, without recommends and without starting services", async () => {
  executable("redis-server", "");
  executable("apt-get", aptGet("for name in prometheus promtool prometheus-alertmanager"));
  const found = await find(everything, container);
  expect(found.map(({ where }) => where)).toEqual(
    ["redis-server", "prometheus", "promtool", "prometheus-alertmanager"].map((name) => join(directory, name)),
  );
  expect(said).toEqual([
    "Installing prometheus, prometheus-alertmanager with apt-get (their services are not started)",
  ]);
  expect(readFileSync(join(directory, "apt.log"), "utf8").trim().split("\n")).toEqual([
    "RUNLEVEL=1 noninteractive -qq -o DPkg::Lock::Timeout=60 update",
    "RUNLEVEL=1 noninteractive -qq -o DPkg::Lock::Timeout=60 install --yes --no-install-recommends prometheus prometheus-alertmanager",
  ]);
});

test.each([
  ["not root", { ...container, root: false }],
  ["with systemd", { ...container, systemd: true }],
  ["no Debian", { ...container, debian: false }],
])("nothing is installed on a machine that is %s", async (_, machine) => {
  executable("apt-get", aptGet("for name in redis-server"));
  await expect(find(["redis-server"], machine)).rejects.toThrow("redis-server was not found in PATH");
  expect(existsSync(join(directory, "apt.log"))).toBe(false);
});

test("on Debian the sentence ends in the line to type", async () => {
  await expect(find(everything, { ...container, root: false })).rejects.toThrow(
    "redis-server, prometheus, promtool, alertmanager were not found in PATH and Docker does not answer. " +
      "Type: sudo apt-get install --no-install-recommends redis-server prometheus prometheus-alertmanager",
  );
});

test("a failed installation is told with what apt-get said", async () => {
  executable("apt-get", "#!/bin/sh\necho 'E: Unable to locate package'\nexit 100\n");
  await expect(find(["redis-server"], container)).rejects.toThrow(
    /Type: sudo apt-get install .* redis-server\nredis-server could not be installed\. [\s\S]*it ended with 100:\n {2}E: Unable to locate package/,
  );
});

test("where Docker's engine answers, its pinned images stand in, fetched once", async () => {
  executable("docker", dockerWithout("redis"));
  const [redis, prometheus, promtool] = await find(["redis-server", "prometheus", "promtool"], {
    ...container,
    root: false,
  });
  expect(redis?.where).toMatch(/^image redis:\d/);
  expect(prometheus?.where).toBe(promtool?.where);
  const command = redis?.command(["--port", "1"], "/data") ?? [];
  expect(command.slice(0, 7)).toEqual(["docker", "run", "--rm", "--network", "host", "--volume", "/data:/data"]);
  expect(command.slice(-5)).toEqual(["--entrypoint", "redis-server", redis?.where.slice(6), "--port", "1"]);
  const log = readFileSync(join(directory, "docker.log"), "utf8").trim().split("\n");
  expect(log.filter((line) => line.startsWith("pull"))).toEqual([`pull --quiet ${redis?.where.slice(6)}`]);
  expect(said).toEqual(["redis-server, prometheus, promtool run in Docker", `Fetching the ${redis?.where}`]);
});

test("Docker's client without an engine does not help", async () => {
  executable("docker", "#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n");
  await expect(find(["redis-server"], { ...container, root: false })).rejects.toThrow("Docker does not answer");
});

test("one program is found as many are", async () => {
  executable("promtool", "");
  const environment = { PATH: directory };
  const found = await findProgram("promtool", { say: (line) => said.push(line), environment, machine: container });
  expect(found.name).toBe("promtool");
});

function find(names: readonly ProgramName[], machine: Machine = container) {
  return findPrograms(names, { say: (line) => said.push(line), environment: { PATH: directory }, machine });
}

function executable(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
  chmodSync(join(directory, name), 0o755);
}

/** Stands in for the far side: notes how it was called and "installs" by making files. PATH holds nothing else, so only what the shell has built in. */
function aptGet(forEach: string): string {
  return `#!/bin/sh
echo "RUNLEVEL=$RUNLEVEL $DEBIAN_FRONTEND $*" >> "${directory}/apt.log"
case "$*" in *install*) ${forEach}; do : > "${directory}/$name"; /bin/chmod +x "${directory}/$name"; done;; esac
`;
}

function dockerWithout(image: string): string {
  return `#!/bin/sh
echo "$*" >> "${directory}/docker.log"
case "$*" in "image inspect ${image}:"*) exit 1;; esac
`;
}
