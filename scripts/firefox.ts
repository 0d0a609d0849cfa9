import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installPackages } from "./packages";

/** The oldest version that the extension's manifest takes. */
const OLDEST = 140;

const HELP = `No Firefox ESR was found, and none could be installed. Any of these helps:
  - install it with the package manager (Debian: apt-get install firefox-esr)
  - RUNPACK_FIREFOX=/path/to/firefox npm run …
It must be an ESR, a Developer Edition or a Nightly: other Firefoxes install signed extensions alone.`;

/**
 * A Firefox that takes unsigned extensions, as an absolute path: RUNPACK_FIREFOX, or the system's ESR; else one is
 * installed where Debian's packages are.
 * @throws Error with words for the user
 */
export function findFirefox(): string {
  const asked = process.env.RUNPACK_FIREFOX;
  if (asked) {
    if (!works(asked))
      throw new Error(`RUNPACK_FIREFOX=${asked} is no Firefox ${OLDEST} or later that starts.`);
    return asked;
  }
  const found = installed();
  if (found) return found;
  console.log("No Firefox ESR found: installing one…");
  installPackages(["firefox-esr"]);
  const fresh = installed();
  if (fresh) return fresh;
  throw new Error(HELP);
}

function installed(): string | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "firefox-esr"));
  return [...onPath, "/Applications/Firefox Developer Edition.app/Contents/MacOS/firefox"].find(
    (path) => existsSync(path) && works(path),
  );
}

function works(path: string): boolean {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return Number(/Firefox (\d+)\./.exec(stdout ?? "")?.[1] ?? 0) >= OLDEST;
}
