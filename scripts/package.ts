/**
 * Store packages, the same bytes each time: `npm run zip`, `npm run zip:firefox` (with the sources that Mozilla's
 * reviewers build it from). `--check` makes all, builds them again from the sources package alone, compares the
 * bytes, and looks for what stores would refuse.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
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

async function makePackages(store: Store): Promise<string[]> {
  const mv3 = store === "firefox" ? ["-b", "firefox", "--mv3"] : [];
  await run("npx", ["wxt", "build", ...mv3]);
  const built = join(OUTPUT, `${store}-mv3`);
  const made = [pack(built, ["."], `${name}-${version}-${store}.zip`)];
  if (store === "firefox") made.push(packSources());
  return made;
}

const packSources = (): string => pack(ROOT, SOURCES, `${name}-${version}-sources.zip`);

function pack(root: string, parts: string[], zipName: string): string {
  const files = parts.flatMap((part) => filesAt(join(root, part))).sort();
  const entries = files.map((file) => ({
    name: relative(root, file).replaceAll("\\", "/"),
    data: readFileSync(file),
    method: "deflated" as const,
  }));
  mkdirSync(OUTPUT, { recursive: true });
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

/** Builds again from nothing but the sources package. @param packages what was built beside it */
async function differences(packages: Promise<string[]>): Promise<string[]> {
  const again = mkdtempSync(join(tmpdir(), "runpack-sources-"));
  try {
    for (const { name: path, data } of readZip(readFileSync(packSources()))) {
      mkdirSync(dirname(join(again, path)), { recursive: true });
      writeFileSync(join(again, path), data);
    }
    symlinkSync(join(ROOT, "node_modules"), join(again, "node_modules"));
    for (const script of ["zip", "zip:firefox"]) await run("npm", ["run", "--silent", script], again);
    return (await packages)
      .filter(
        (path) => !readFileSync(path).equals(readFileSync(join(again, ".output", relative(OUTPUT, path)))),
      )
      .map((path) => `${relative(ROOT, path)} is not what its sources build`);
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
}

async function run(program: string, rest: string[], cwd = ROOT): Promise<void> {
  const child = spawn(program, rest, { cwd, stdio: ["ignore", "inherit", "inherit"] });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`${program} ${rest.join(" ")} failed`);
}

async function check(): Promise<void> {
  const stores = ["chrome", "firefox"] as const;
  const packages = (async () => [...(await makePackages("chrome")), ...(await makePackages("firefox"))])();
  // Both at once, on two cores.
  const [different] = await Promise.all([differences(packages), packages]);
  const problems = [
    ...stores.flatMap((store) => packageProblems(join(OUTPUT, `${store}-mv3`), version)),
    ...different,
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log("Both packages are within the stores' rules, and their sources build the same bytes.");
}

const [asked] = process.argv.slice(2);
if (asked === "--check") await check();
else await makePackages(asked === "firefox" ? "firefox" : "chrome");
