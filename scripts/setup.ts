/** Gets what the tests need besides npm's packages: both browsers, ZIP readers that bundles are checked with, databases. */
import { existsSync } from "node:fs";
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

/** Debian's Chromium speaks English alone without this package; others bring their languages along. */
function getLanguages(): void {
  const locales = "/usr/lib/chromium/locales";
  const missing = existsSync(`${locales}/en-US.pak`) && !existsSync(`${locales}/de.pak`);
  if (missing && !installPackages(["chromium-l10n"]))
    throw new Error("The tests need Chromium's languages (Debian package chromium-l10n).");
}

try {
  for (const [program, packages] of Object.entries(PROGRAMS)) {
    for (const name of packages) if (!hasProgram(program)) installPackages([name]);
    if (!hasProgram(program))
      throw new Error(`The tests need ${program} (Debian package ${packages.join(" or ")}).`);
  }
  console.log(`Chromium: ${findChromium()}`);
  getLanguages();
  console.log(`Firefox: ${findFirefox()}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
