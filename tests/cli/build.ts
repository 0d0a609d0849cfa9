import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The tests run the command as it is built. */
export function setup(): void {
  execFileSync(process.execPath, [
    fileURLToPath(new URL("../../scripts/runpack.mjs", import.meta.url)),
    "--version",
  ]);
}
