/** All checks, one group after the other: `npm test`. Goes on after a failure, so that one run tells everything. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

interface Count {
  passed: number;
  failed: number;
}

const reports = mkdtempSync(join(tmpdir(), "runpack-test-"));
const unitReport = join(reports, "unit.json");
const e2eReport = join(reports, "e2e.json");
const firefoxReport = join(reports, "firefox.json");

const VitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});

function unitCount(): Count {
  const { numPassedTests, numFailedTests } = VitestReport.parse(JSON.parse(readFileSync(unitReport, "utf8")));
  return { passed: numPassedTests, failed: numFailedTests };
}

/** Whole browsers on a busy machine get a second try; what needed it is said, since it wants mending. */
const SECOND_TRY = "--retries=1";

function e2eCount(report: string): Count {
  const { stats } = PlaywrightReport.parse(JSON.parse(readFileSync(report, "utf8")));
  if (stats.flaky > 0) console.log(`\n── ${stats.flaky} passed only at the second try: see "flaky" above`);
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
}

/** `report` and `count`: where the step counts its tests itself; any other step counts as one. */
interface Step {
  name: string;
  command: string[];
  env?: Record<string, string>;
  report?: string;
  count?: () => Count;
  /** Begins with the step before it, and is told of when both have ended: much of its time is waiting. */
  beside?: boolean;
}

const STEPS: Step[] = [
  { name: "tools", command: ["tsx", "scripts/setup.ts"] },
  { name: "format and lint", command: ["biome", "ci", "--error-on-warnings", "."] },
  { name: "types", command: ["npm", "run", "--silent", "typecheck"] },
  { name: "unused code", command: ["knip"] },
  {
    name: "unit tests",
    command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`],
    report: unitReport,
    count: unitCount,
  },
  { name: "builds and store packages", command: ["npm", "run", "--silent", "packages"] },
  { name: "sizes of the bundles", command: ["npm", "run", "--silent", "sizes"] },
  { name: "Mozilla's rules", command: ["npm", "run", "--silent", "lint:firefox"] },
  {
    name: "end-to-end tests in Chromium",
    command: ["playwright", "test", "--project=chromium", SECOND_TRY, "--reporter=list,json"],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: e2eReport },
    report: e2eReport,
    count: () => e2eCount(e2eReport),
  },
  {
    // The whole suite in Firefox: npm run e2e:firefox.
    name: "end-to-end tests in Firefox, short form",
    command: [
      "playwright",
      "test",
      "--project=firefox",
      "--grep=@short",
      "--workers=1",
      // Playwright empties the folder as it begins.
      `--output=${join(reports, "firefox")}`,
      SECOND_TRY,
      "--reporter=list,json",
    ],
    beside: true,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: firefoxReport, RUNPACK_KILLS: "1" },
    report: firefoxReport,
    count: () => e2eCount(firefoxReport),
  },
  // For breakage, not for time.
  { name: "bench, small", command: ["npm", "run", "--silent", "bench", "--", "--small"] },
];

interface Outcome extends Count {
  step: Step;
  seconds: number;
  /** What it wrote, where it didn't do so at once. */
  said: string;
}

async function run(step: Step): Promise<Outcome> {
  const { command, env, report, count, beside } = step;
  if (!beside) console.log(`\n── ${step.name}`);
  const [program = "", ...rest] = command;
  const started = Date.now();
  const child = spawn(program, rest, {
    stdio: ["ignore", beside ? "pipe" : "inherit", beside ? "pipe" : "inherit"],
    env: { ...process.env, ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const status = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  const counted =
    report && count && existsSync(report) ? count() : { passed: status === 0 ? 1 : 0, failed: 0 };
  // A runner may fail without a failed test: a suite that doesn't load, a leak.
  const failed = status !== 0 && counted.failed === 0 ? 1 : counted.failed;
  const seconds = Math.round((Date.now() - started) / 1000);
  return { step, passed: counted.passed, failed, seconds, said };
}

function tell({ step: { name, beside }, said, failed, seconds }: Outcome): void {
  if (beside) console.log(`\n── ${name}\n${said}`);
  console.log(`── ${name}: ${failed === 0 ? "passed" : "FAILED"} in ${seconds} s`);
}

const total = { passed: 0, failed: 0 };
for (const [index, step] of STEPS.entries()) {
  if (step.beside) continue;
  const next = STEPS[index + 1];
  const outcomes = await Promise.all([step, ...(next?.beside ? [next] : [])].map(run));
  for (const outcome of outcomes) {
    tell(outcome);
    total.passed += outcome.passed;
    total.failed += outcome.failed;
  }
}
rmSync(reports, { recursive: true });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
