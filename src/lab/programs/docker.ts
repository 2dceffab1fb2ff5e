import { type Environment, findBinary } from "./path.ts";
import { type Program, type ProgramName, programSources } from "./program.ts";
import { runTool } from "./tool.ts";

const answerMs = 5000;
const pullMs = 300_000;

/** The engine may be absent while the client is there, and a broken one may not answer at all. */
export async function dockerAnswers(environment: Environment): Promise<boolean> {
  const docker = findBinary("docker", environment);
  if (docker === undefined) return false;
  const info = await runTool([docker, "info"], { environment, deadlineMs: answerMs });
  return info.ok;
}

/** Fetches the images that are not there yet, outside of the deadline within which a program must answer. */
export async function fetchImages(
  names: readonly ProgramName[],
  environment: Environment,
  say: (line: string) => void,
): Promise<void> {
  for (const image of new Set(names.map((name) => programSources[name].image))) {
    const there = await runTool(["docker", "image", "inspect", image], { environment, deadlineMs: answerMs });
    if (there.ok) continue;
    say(`Fetching the image ${image}`);
    const pulled = await runTool(["docker", "pull", "--quiet", image], { environment, deadlineMs: pullMs });
    if (!pulled.ok) throw new Error(`The image ${image} could not be fetched: ${pulled.because}`);
  }
}

/** Host networking, because the lab listens on 127.0.0.1 and Prometheus must reach it there; our own user, so that the directory stays ours to remove. */
export function dockerProgram(name: ProgramName): Program {
  const { image, entrypoint } = programSources[name];
  return {
    name,
    where: `image ${image}`,
    command: (args, directory) => [
      ...["docker", "run", "--rm", "--network", "host", "--volume", `${directory}:${directory}`],
      ...["--user", `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`, "--workdir", directory],
      ...["--entrypoint", entrypoint, image, ...args],
    ],
  };
}
