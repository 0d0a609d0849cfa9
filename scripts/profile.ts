import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The production build for Chromium, made by `npm run build`; RUNPACK_BUILD names another, unpacked. */
export const EXTENSION =
  process.env.RUNPACK_BUILD ?? fileURLToPath(new URL("../.output/chrome-mv3", import.meta.url));

const Preferences = z.looseObject({ download: z.looseObject({}).default({}) });

/**
 * A new browser profile whose downloads go into `downloads` without asking, with their own names: automation
 * renames them unless the folder is set before the launch.
 *
 * @param from a profile to begin with a copy of, of a browser that has ended; an empty one otherwise
 * @param within the folder that it is made in
 */
export function makeProfile(downloads: string, from?: string, within = tmpdir()): string {
  mkdirSync(downloads, { recursive: true });
  const profile = mkdtempSync(join(within, "runpack-profile-"));
  if (from !== undefined) cpSync(from, profile, { recursive: true });
  mkdirSync(join(profile, "Default"), { recursive: true });
  const path = join(profile, "Default", "Preferences");
  const preferences = Preferences.parse(existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
  Object.assign(preferences.download, { default_directory: downloads, prompt_for_download: false });
  writeFileSync(path, JSON.stringify(preferences));
  return profile;
}

/** Of the browser alone; the list takes the place of Playwright's own, since the last one counts. */
const DISABLED = [
  // What hangs down from the address bar is two pages that nobody sees: a second of computing at every start.
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  // As Playwright has it: a test's routes and a quick end of the browser need these.
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  // Nothing is asked of the world.
  "AimEnabled",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PreconnectToSearch",
];
/** A page that comes out of a route has no address that may ask loopback. */
const NEEDS_ADDRESS = ["LocalNetworkAccessChecks"];

/**
 * Arguments for a Chromium with Skyvern's hosts where `hostRules` say.
 * @param extensions folders of extensions; the production build alone where nothing is said
 */
export function chromiumArguments(hostRules: string, extensions: readonly string[] = [EXTENSION]): string[] {
  return [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    // The practice server's certificate is made at its start.
    "--ignore-certificate-errors",
    `--host-resolver-rules=${hostRules}`,
    `--disable-features=${[...DISABLED, ...(extensions.length > 0 ? [] : NEEDS_ADDRESS)].join(",")}`,
    ...(extensions.length > 0
      ? [`--disable-extensions-except=${extensions}`, `--load-extension=${extensions}`]
      : []),
  ];
}

/** The ID that Chromium gives to an unpacked build: it follows from the folder's path. */
export function extensionId(folder = EXTENSION): string {
  const hash = createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 32);
  return [...hash].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");
}
