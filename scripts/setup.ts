/** Gets what the tests need besides npm's packages: a Chromium, ZIP readers that bundles are checked with, databases. */
import { findChromium } from "./browser";
import { findFirefox } from "./firefox";
import { hasProgram, installPackages } from "./packages";

/** Program → the Debian packages that bring it, the newest name first. */
const PROGRAMS: Record<string, string[]> = {
  unzip: ["unzip"],
  "7z": ["7zip", "p7zip-full"],
  bsdtar: ["libarchive-tools"],
  python3: ["python3"],
  "redis-server": ["redis-server"],
  pg_ctlcluster: ["postgresql"],
};

try {
  for (const [program, packages] of Object.entries(PROGRAMS)) {
    for (const name of packages) if (!hasProgram(program)) installPackages([name]);
    if (!hasProgram(program))
      throw new Error(`The tests need ${program} (Debian package ${packages.join(" or ")}).`);
  }
  console.log(`Chromium: ${findChromium()}`);
  console.log(`Firefox: ${findFirefox()}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
