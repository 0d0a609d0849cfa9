/**
 * Nothing lost, nothing leaked: runs everything that breaks the product on purpose, and prints one table.
 * `npm run test:trust` takes some minutes; `-- --long` kills the browser 50 times, tries the slow faults, ten times
 * as many hostile inputs, and 5 GB.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";

const UNIT = [
  "tests/unit/bundle/resume.test.ts",
  "tests/unit/bundle/torture.test.ts",
  "tests/unit/fuzz.test.ts",
  "tests/unit/redact",
  "tests/unit/platform",
];
const E2E = ["interrupted", "faults", "trouble", "secrets", "key.spec"];

interface Row {
  case: string;
  tries: number;
  held: number;
  lost: number;
}

const VitestReport = z.object({
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});
const Spec = z.object({ title: z.string(), ok: z.boolean() });
const Suite = z.object({
  title: z.string(),
  specs: z.array(Spec),
  get suites() {
    return z.optional(z.array(Suite));
  },
});
type Suite = z.infer<typeof Suite>;
const PlaywrightReport = z.object({ suites: z.array(Suite) });

const { values } = parseArgs({ options: { long: { type: "boolean", default: false } } });
const folder = mkdtempSync(join(tmpdir(), "runpack-trust-"));
const kills = values.long ? 50 : 5;
const cases = values.long ? 1_000_000 : 100_000;
const environment = {
  ...process.env,
  RUNPACK_KILLS: String(kills),
  RUNPACK_FUZZ_CASES: String(cases),
  ...(values.long ? { RUNPACK_LONG: "1", RUNPACK_BIG: "1" } : {}),
};

function run(command: string, args: string[], report: string): string {
  const path = join(folder, report);
  console.log(`> ${command} ${args.join(" ")}`);
  spawnSync("npx", [command, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: path },
  });
  return readFileSync(path, "utf8");
}

function unitRows(): Row[] {
  const out = join(folder, "unit.json");
  const text = run(
    "vitest",
    ["run", ...UNIT, "--reporter=default", "--reporter=json", `--outputFile.json=${out}`],
    "unit.json",
  );
  return VitestReport.parse(JSON.parse(text))
    .testResults.flatMap(({ assertionResults }) => assertionResults)
    .map(({ fullName, status }) => row(fullName, status === "passed"));
}

function browserRows(): Row[] {
  const files = values.long ? [...E2E, "size"] : E2E;
  const text = run(
    "playwright",
    ["test", "--project=chromium", ...files, "--reporter=list,json"],
    "e2e.json",
  );
  return PlaywrightReport.parse(JSON.parse(text))
    .suites.flatMap(specsOf)
    .map(({ title, ok }) => row(title, ok));
}

function specsOf(suite: Suite): { title: string; ok: boolean }[] {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
}

/** A test of many tries fails at the first that is lost. */
function row(name: string, held: boolean): Row {
  const tries = Number(/killed (\d+) times/.exec(name)?.[1] ?? 1);
  return {
    case: name.length > 90 ? `${name.slice(0, 89)}…` : name,
    tries,
    held: held ? tries : 0,
    lost: held ? 0 : 1,
  };
}

const rows = [...unitRows(), ...browserRows()];
console.table(rows);
const sum = (of: (row: Row) => number) => rows.reduce((total, each) => total + of(each), 0);
console.log(
  `${rows.length} cases, ${sum(({ tries }) => tries)} tries and ${cases} hostile inputs: ` +
    `${sum(({ held }) => held)} held, ${sum(({ lost }) => lost)} lost`,
);
if (rows.some(({ lost }) => lost > 0) || rows.length === 0) process.exitCode = 1;
