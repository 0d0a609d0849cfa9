import { defineConfig } from "vitest/config";
import base from "./vitest.config";

/** The tests that specify what is mutated: `npm run mutants`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    globalSetup: [],
    // A change is noticed by the first of a few hundred cases, or by none of thousands.
    env: { RUNPACK_MUTANTS: "1", RUNPACK_SPELLINGS: "300" },
    include: [
      "tests/unit/bundle/{zip,zip-layout,read-archive,bag,names,archive}.test.ts",
      "tests/unit/redact/*.test.ts",
    ],
  },
});
