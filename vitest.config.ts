import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests of the command take longest, and half of that is waiting: what computes fills their pauses. */
class CommandFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isCommand = ({ moduleId }: TestSpecification) => moduleId.includes("/tests/cli/");
    return [...sorted.filter(isCommand), ...sorted.filter((file) => !isCommand(file))];
  }
}

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  // A busy machine is no reason to fail.
  test: {
    include: ["tests/{unit,cli}/**/*.test.ts"],
    globalSetup: "tests/cli/build.ts",
    testTimeout: 120_000,
    sequence: { sequencer: CommandFirst },
    setupFiles: "tests/equal-bytes.ts",
    // Cheaper to start than processes, and one more than there are cores, since many tests wait.
    pool: "threads",
    maxWorkers: availableParallelism() + 1,
  },
});
