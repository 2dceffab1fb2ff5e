import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Without processes, ports and files of their own. */
const pure = ["test/{access,alerts,analysis,commands,message,policy}/**/*.test.ts"];
/**
 * Killed processes, whole queues, and what looks at its own process (what is loaded, sockets, memory): each file in one of its own. The others share what is
 * imported, which takes more than half of their time otherwise.
 */
const apart = [
  "test/{charts,e2e,queue,recorder}/**/*.test.ts",
  "test/platforms/*/in/**/*.test.ts",
  "test/lab/start.test.ts",
  "test/**/*memory.test.ts",
];
const globalSetup = ["test/support/programs.ts"];

/** What starts the program waits for it longest: begun first, none is left running alone at the end. */
class ProgramsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const startsPrograms = ({ moduleId }: TestSpecification) => moduleId.includes("/test/e2e/");
    const sorted = await super.sort(files);
    return [...sorted.filter(startsPrograms), ...sorted.filter((file) => !startsPrograms(file))];
  }
}

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most tests wait for processes and deadlines, so more of them than cores keep the cores busy.
    maxWorkers: 3,
    sequence: { sequencer: ProgramsFirst },
    projects: [
      { extends: true, test: { name: "pure", include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: "real",
          include: ["test/**/*.test.ts"],
          exclude: [...pure, ...apart],
          isolate: false,
          globalSetup,
        },
      },
      { extends: true, test: { name: "apart", include: apart, globalSetup } },
    ],
  },
});
