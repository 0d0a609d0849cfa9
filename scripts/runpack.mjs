/** `npm run --silent runpack -- …`: the command of this checkout, built anew where its sources are newer. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = join(root, ".output/cli/runpack.js");
const sources = [
  "cli",
  "core",
  "entrypoints/report",
  "entrypoints/report-app.ts",
  "entrypoints/report-look.css",
];

/** Milliseconds since the epoch. */
function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const isFresh =
  existsSync(command) && sources.every((path) => newest(join(root, path)) < statSync(command).mtimeMs);
if (!isFresh) {
  const build = [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, "scripts/build-cli.ts")];
  const { status } = spawnSync(process.execPath, build, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) process.exit(1);
}
await import(command);
