/**
 * Nothing lost, nothing leaked: runs everything that breaks the product on purpose, and prints one table.
 * `npm run test:trust` takes some minutes; `-- --long` kills the browser 50 times, tries the slow faults, ten times
 * as many hostile inputs, disks that get full, and 5 GB. It goes part by part, and keeps what each part gave:
 * `--resume` goes on after the last one that held, `--part NAME` runs one alone.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";

const FUZZ = "tests/unit/fuzz.test.ts";
const UNIT = [
  FUZZ,
  "tests/unit/bundle",
  "tests/unit/jobs",
  "tests/unit/platform",
  "tests/unit/redact",
  "tests/unit/settings",
  "tests/unit/skyvern",
];
const KILLED = "killed \\d+ times";
/** Specs of the end-to-end tests, each with what else tells which of its tests. */
const E2E: Record<string, string[]> = {
  kills: ["interrupted", "--grep", KILLED],
  interrupted: ["interrupted", "--grep-invert", KILLED],
  faults: ["faults"],
  trouble: ["answers"],
  secrets: ["secrets"],
  key: ["key.spec"],
  job: ["job.spec"],
  bundle: ["bundle.spec"],
};

/** Ways to the right to make disks that nobody else sees, for what is started by them: as root, and as anybody else. */
const MOUNTERS = [
  ["unshare", "--mount"],
  ["unshare", "--user", "--map-root-user", "--mount"],
];

interface Row {
  case: string;
  tries: number;
  held: number;
  lost: number;
}

const VitestReport = z.object({
  testResults: z.array(
    z.object({ name: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
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

const Rows = z.array(z.object({ case: z.string(), tries: z.number(), held: z.number(), lost: z.number() }));

const { values } = parseArgs({
  options: {
    long: { type: "boolean", default: false },
    resume: { type: "boolean", default: false },
    part: { type: "string", multiple: true },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, ".output/trust", values.long ? "long" : "short");
const kills = values.long ? 50 : 5;
const cases = values.long ? 1_000_000 : 100_000;
const environment = {
  ...process.env,
  RUNPACK_KILLS: String(kills),
  RUNPACK_FUZZ_CASES: String(cases),
  ...(values.long ? { RUNPACK_LONG: "1", RUNPACK_BIG: "1", RUNPACK_DISK: "1" } : {}),
};

/** @param by what starts it */
function run(command: string, args: string[], report: string, by: readonly string[] = []): string {
  const path = join(folder, report);
  console.log(`> ${command} ${args.join(" ")}`);
  rmSync(path, { force: true });
  const [program = "npx", ...rest] = [...by, "npx", command, ...args];
  spawnSync(program, rest, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: path },
  });
  // A runner that died has no report: what it was to try is lost.
  if (!existsSync(path)) throw new Error(`${command} gave no report`);
  return readFileSync(path, "utf8");
}

function unitRows(): Row[] {
  const out = join(folder, "vitest.json");
  const text = run(
    "vitest",
    ["run", ...UNIT, "--reporter=default", "--reporter=json", `--outputFile.json=${out}`],
    "vitest.json",
  );
  return VitestReport.parse(JSON.parse(text)).testResults.map(({ name, assertionResults }) =>
    fileRow(relative(root, name), assertionResults),
  );
}

/** The tests of one file; of the fuzzer, the inputs that its tests share. */
function fileRow(file: string, tests: readonly { status: string }[]): Row {
  const held = tests.filter(({ status }) => status === "passed").length;
  const lost = tests.length === 0 ? 1 : tests.length - held;
  if (file === FUZZ && lost === 0) return { case: file, tries: cases, held: cases, lost };
  return { case: file, tries: Math.max(tests.length, 1), held, lost };
}

function browserRows(tests: string[], by: readonly string[] = []): Row[] {
  const text = run(
    "playwright",
    ["test", "--project=chromium", ...tests, "--reporter=list,json"],
    "playwright.json",
    by,
  );
  return PlaywrightReport.parse(JSON.parse(text))
    .suites.flatMap(specsOf)
    .map(({ title, ok }) => row(title, ok));
}

/** What nobody may try here is no success. */
function diskRows(): Row[] {
  const by = MOUNTERS.find(mayMount);
  if (by) return browserRows(["full-disk", "--workers=1"], by);
  const todo = "on Linux, run this as root or let users have namespaces (sysctl user.max_user_namespaces)";
  return [{ case: `a full disk: NOT TRIED, no disk can be made here; ${todo}`, tries: 0, held: 0, lost: 1 }];
}

function mayMount([program = "", ...options]: readonly string[]): boolean {
  const place = mkdtempSync(join(tmpdir(), "runpack-disk-"));
  const { status } = spawnSync(program, [...options, "mount", "-t", "tmpfs", "tmpfs", place]);
  rmdirSync(place);
  return status === 0;
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

const parts = new Map<string, () => Row[]>([
  ["unit", unitRows],
  ...Object.entries(E2E).map(([name, tests]): [string, () => Row[]] => [name, () => browserRows(tests)]),
]);
if (values.long) {
  parts.set("disk", diskRows);
  parts.set("size", () => browserRows(["size", "--workers=1"]));
}

function isLost(rows: readonly Row[]): boolean {
  return rows.length === 0 || rows.some(({ lost }) => lost > 0);
}

function rowsOf(name: string, work: () => Row[]): Row[] {
  const path = join(folder, `${name}.rows.json`);
  const before = existsSync(path) ? Rows.parse(JSON.parse(readFileSync(path, "utf8"))) : [];
  const wanted = values.part ? values.part.includes(name) : !values.resume || isLost(before);
  if (!wanted) return before;
  const rows = work();
  writeFileSync(path, JSON.stringify(rows));
  return rows;
}

mkdirSync(folder, { recursive: true });
const rows = [...parts].flatMap(([name, work]) => rowsOf(name, work));
console.table(rows);
const sum = (of: (row: Row) => number) => rows.reduce((total, each) => total + of(each), 0);
console.log(
  `${rows.length} cases, ${sum(({ tries }) => tries)} tries: ` +
    `${sum(({ held }) => held)} held, ${sum(({ lost }) => lost)} lost`,
);
if (isLost(rows)) process.exitCode = 1;
