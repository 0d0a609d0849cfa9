import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The production build for Chromium, made by `npm run build`; RUNPACK_BUILD names another, unpacked. */
export const EXTENSION =
  process.env.RUNPACK_BUILD ?? fileURLToPath(new URL("../.output/chrome-mv3", import.meta.url));

/**
 * A new browser profile whose downloads go into `downloads` without asking, with their own names: automation
 * renames them unless the folder is set before the launch.
 */
export function makeProfile(downloads: string): string {
  mkdirSync(downloads, { recursive: true });
  const profile = mkdtempSync(join(tmpdir(), "runpack-profile-"));
  mkdirSync(join(profile, "Default"));
  const preferences = { download: { default_directory: downloads, prompt_for_download: false } };
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  return profile;
}

/** Arguments for a Chromium with the production build, or without it, and Skyvern's hosts where `hostRules` say. */
export function chromiumArguments(hostRules: string, withExtension = true): string[] {
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
    // A page that comes out of a route has no address that may ask loopback.
    ...(withExtension ? [] : ["--disable-features=LocalNetworkAccessChecks"]),
    ...(withExtension ? [`--disable-extensions-except=${EXTENSION}`, `--load-extension=${EXTENSION}`] : []),
  ];
}

/** The ID that Chromium gives to the unpacked build: it follows from the folder's path. */
export function extensionId(): string {
  const hash = createHash("sha256").update(realpathSync(EXTENSION)).digest("hex").slice(0, 32);
  return [...hash].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");
}
