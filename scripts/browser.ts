import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";
import { installPackages } from "./packages";

/** The oldest version that the extension's manifest takes. */
const OLDEST = 123;
/** Branded Chrome from this version on ignores `--load-extension`. */
const CHROME_WITHOUT_EXTENSIONS = 137;

const HELP = `No Chromium was found, and none could be installed. Any of these helps:
  - install it with the package manager (Debian: apt-get install chromium; Fedora: dnf install chromium)
  - npx playwright install --with-deps chromium
  - RUNPACK_CHROMIUM=/path/to/chromium npm run …
Google Chrome ${CHROME_WITHOUT_EXTENSIONS} and later won't do: it doesn't load extensions from the command line.`;

/**
 * A Chromium that loads unpacked extensions, as an absolute path: RUNPACK_CHROMIUM, the system's, Playwright's;
 * else one is installed.
 * @throws Error with words for the user
 */
export function findChromium(): string {
  const asked = process.env.RUNPACK_CHROMIUM;
  if (asked) {
    if (!works(asked))
      throw new Error(`RUNPACK_CHROMIUM=${asked} is no Chromium ${OLDEST} or later that starts.`);
    return asked;
  }
  const found = installedChromium();
  if (found) return found;
  console.log("No Chromium found: installing one…");
  for (const install of [installPlaywrights, () => installPackages(["chromium"])]) {
    if (!install()) continue;
    const installed = installedChromium();
    if (installed) return installed;
  }
  throw new Error(HELP);
}

function installedChromium(): string | undefined {
  return [
    ...onPath("chromium"),
    ...onPath("chromium-browser"),
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    chromium.executablePath(),
    ...onPath("google-chrome"),
  ].find((path) => isRunnable(path) && works(path));
}

/** Programs of that name on PATH. A snap's can't read profiles and extensions outside the home directory. */
function onPath(name: string): string[] {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !folder.startsWith("/snap/"))
    .map((folder) => join(folder, name));
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

/** True for a browser that starts, is new enough and takes `--load-extension`. */
function works(path: string): boolean {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
  const [, brand = "", major = "0"] = /(Chromium|Google Chrome)[^\d]*(\d+)\./.exec(stdout ?? "") ?? [];
  const version = Number(major);
  return version >= OLDEST && (brand === "Chromium" || version < CHROME_WITHOUT_EXTENSIONS);
}

/** With the libraries it needs where that is possible, else alone. */
function installPlaywrights(): boolean {
  const install = (more: string[]) =>
    spawnSync("npx", ["playwright", "install", ...more, "chromium"], {
      stdio: ["ignore", "inherit", "inherit"],
      timeout: 300_000,
    }).status === 0;
  return install(process.getuid?.() === 0 ? ["--with-deps"] : []) || install([]);
}
