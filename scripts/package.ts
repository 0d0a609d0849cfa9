/**
 * Store packages, the same bytes each time: `npm run zip`, `npm run zip:firefox` (with the sources that Mozilla's
 * reviewers build it from). `--check` makes all, builds them again from the sources package alone, compares the
 * bytes, and looks for what stores would refuse.
 */
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { readZip, writeZip } from "../tests/practice/zip";
import { packageProblems } from "./package-rules";

type Store = "chrome" | "firefox";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUTPUT = join(ROOT, ".output");
const { name, version } = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));

/** All that a build needs, and its instructions. */
const SOURCES = [
  "components",
  "core",
  "entrypoints",
  "platform",
  "public",
  "docs/store/building.md",
  "scripts/package.ts",
  "scripts/package-rules.ts",
  "tests/practice/zip.ts",
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "wxt.config.ts",
];

function makePackages(store: Store): string[] {
  const mv3 = store === "firefox" ? ["-b", "firefox", "--mv3"] : [];
  run("npx", ["wxt", "build", ...mv3]);
  const built = join(OUTPUT, `${store}-mv3`);
  const made = [pack(built, ["."], `${name}-${version}-${store}.zip`)];
  if (store === "firefox") made.push(pack(ROOT, SOURCES, `${name}-${version}-sources.zip`));
  return made;
}

function pack(root: string, parts: string[], zipName: string): string {
  const files = parts.flatMap((part) => filesAt(join(root, part))).sort();
  const entries = files.map((file) => ({
    name: relative(root, file).replaceAll("\\", "/"),
    data: readFileSync(file),
    method: "deflated" as const,
  }));
  const zip = join(OUTPUT, zipName);
  writeFileSync(zip, writeZip(entries));
  console.log(`${relative(ROOT, zip)}: ${entries.length} files`);
  return zip;
}

function filesAt(path: string): string[] {
  const found = readdirSync(dirname(path), { withFileTypes: true }).find(
    ({ name: own }) => join(dirname(path), own) === path,
  );
  if (found?.isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Builds again from nothing but the sources package. @returns what differs */
function differences(packages: string[]): string[] {
  const sources = packages.find((path) => path.endsWith("-sources.zip")) ?? "";
  const again = mkdtempSync(join(tmpdir(), "runpack-sources-"));
  try {
    for (const { name: path, data } of readZip(readFileSync(sources))) {
      mkdirSync(dirname(join(again, path)), { recursive: true });
      writeFileSync(join(again, path), data);
    }
    symlinkSync(join(ROOT, "node_modules"), join(again, "node_modules"));
    for (const script of ["zip", "zip:firefox"]) run("npm", ["run", "--silent", script], again);
    return packages
      .filter(
        (path) => !readFileSync(path).equals(readFileSync(join(again, ".output", relative(OUTPUT, path)))),
      )
      .map((path) => `${relative(ROOT, path)} is not what its sources build`);
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
}

function run(program: string, rest: string[], cwd = ROOT): void {
  const { status } = spawnSync(program, rest, { cwd, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${program} ${rest.join(" ")} failed`);
}

function check(): void {
  const stores = ["chrome", "firefox"] as const;
  const packages = stores.flatMap(makePackages);
  const problems = [
    ...stores.flatMap((store) => packageProblems(join(OUTPUT, `${store}-mv3`), version)),
    ...differences(packages),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log("Both packages are within the stores' rules, and their sources build the same bytes.");
}

const [asked] = process.argv.slice(2);
if (asked === "--check") check();
else makePackages(asked === "firefox" ? "firefox" : "chrome");
