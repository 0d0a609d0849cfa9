import { defineConfig } from "vitest/config";
import base from "./vitest.config";

/** The tests that specify what is mutated: `npm run mutants`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      "tests/unit/bundle/{zip,zip-layout,read-archive,bag,names,archive}.test.ts",
      "tests/unit/redact/*.test.ts",
    ],
  },
});
