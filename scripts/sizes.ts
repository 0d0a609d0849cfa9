/** What each bundle of the build may weigh, gzipped: `npm run sizes`. A budget is raised on purpose or not at all. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { EXTENSION } from "./profile";

/** In bytes of 1000 a KB. The first that fits a file's path counts. */
const BUDGETS: readonly { files: RegExp; what: string; most: number }[] = [
  // Loaded with every page of the site.
  { files: /^content-scripts\//, what: "on the page", most: 12_000 },
  // Loaded there with the first click, or with a job of the run.
  { files: /^page-tray\.js$/, what: "tray on the page", most: 10_000 },
  // Loaded with the first list of runs.
  { files: /^run-list\.js$/, what: "lists on the page", most: 14_000 },
  // Read at each start of the background.
  { files: /^background\.js$/, what: "background", most: 46_000 },
  // A fourth of it is share-safe.
  { files: /^export-worker\.js$/, what: "export worker", most: 85_500 },
  { files: /^file-worker\.js$/, what: "worker for files", most: 14_000 },
  // Copied into every bundle.
  { files: /^(?:report-app\.js|assets\/report-look\.css)$/, what: "report in bundles", most: 42_000 },
  { files: /\.(?:js|css)$/, what: "extension's own pages", most: 112_000 },
];

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
}

const sums = new Map(BUDGETS.map((budget) => [budget, 0]));
for (const path of files(EXTENSION)) {
  const budget = BUDGETS.find((each) => each.files.test(path));
  if (budget && /\.(?:js|css)$/.test(path)) {
    const { length } = gzipSync(readFileSync(join(EXTENSION, path)), { level: 9 });
    sums.set(budget, (sums.get(budget) ?? 0) + length);
  }
}
for (const [{ what, most }, size] of sums) {
  const over = size === 0 || size > most;
  if (over) process.exitCode = 1;
  console.log(`${over ? "TOO MUCH" : "ok"}\t${what}: ${size} of ${most} bytes gzipped`);
}
