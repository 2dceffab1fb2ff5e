import { aptLine, canInstall, installPackages, type Machine, readMachine } from "./apt.ts";
import { dockerAnswers, dockerProgram, fetchImages } from "./docker.ts";
import { type Environment, findBinary } from "./path.ts";
import { type Program, type ProgramName, programSources } from "./program.ts";

export interface FindOptions {
  /** Told before anything that takes time. */
  readonly say: (line: string) => void;
  readonly environment?: Environment;
  readonly machine?: Machine;
}

/**
 * Where to get real programs, tried in this order: PATH; apt-get, where we are root in a Debian or Ubuntu without systemd (a container); Docker, where its
 * engine answers. Otherwise one sentence with the line to type. The answer is in the order asked.
 */
export async function findPrograms(names: readonly ProgramName[], options: FindOptions): Promise<Program[]> {
  const { say, environment = process.env, machine = readMachine() } = options;
  const missing = () => names.filter((name) => findInPath(name, environment) === undefined);
  let failure = "";
  if (missing().length > 0 && canInstall(machine, environment)) {
    failure = await tryInstall(packagesOf(missing()), environment, say);
  }
  const absent = missing();
  if (absent.length > 0) {
    if (!(await dockerAnswers(environment))) throw new Error(sentence(absent, machine, failure));
    say(`${absent.join(", ")} ${absent.length === 1 ? "runs" : "run"} in Docker`);
    await fetchImages(absent, environment, say);
  }
  return names.map((name) => findInPath(name, environment) ?? dockerProgram(name));
}

export async function findProgram(name: ProgramName, options: FindOptions): Promise<Program> {
  const [program] = await findPrograms([name], options);
  if (program === undefined) throw new Error(`${name} was not looked for`);
  return program;
}

function findInPath(name: ProgramName, environment: Environment): Program | undefined {
  for (const binary of programSources[name].binaries) {
    const path = findBinary(binary, environment);
    if (path !== undefined) return { name, where: path, command: (args) => [path, ...args] };
  }
  return undefined;
}

/** Empty, or what went wrong: Docker may still help, so it is no error yet. */
async function tryInstall(
  packages: readonly string[],
  environment: Environment,
  say: (line: string) => void,
): Promise<string> {
  try {
    await installPackages(packages, environment, say);
    return "";
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function sentence(names: readonly ProgramName[], machine: Machine, failure: string): string {
  const what = `${names.join(", ")} ${names.length === 1 ? "was" : "were"} not found in PATH and Docker does not answer.`;
  const how = machine.debian
    ? `Type: ${aptLine(packagesOf(names))}`
    : `Start Docker, or put ${names.length === 1 ? "it" : "them"} into PATH.`;
  return [`${what} ${how}`, failure].filter((part) => part !== "").join("\n");
}

function packagesOf(names: readonly ProgramName[]): string[] {
  return [...new Set(names.map((name) => programSources[name].debianPackage))];
}
