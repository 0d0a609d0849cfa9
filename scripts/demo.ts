/** Does the main job unattended, in a real browser on the practice server, and shows what came of it. */
import { rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { actions } from "../tests/e2e/harness";
import { readZip } from "../tests/e2e/verify-zip";
import { INVOICE } from "../tests/practice/runs/ids";
import { fail, startPractice } from "./practice-session";

const downloads = fileURLToPath(new URL("../demo-output", import.meta.url));

async function demo(): Promise<void> {
  rmSync(downloads, { recursive: true, force: true });
  const { runpack, close } = await startPractice({ downloads });
  try {
    const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
    console.log(`Opened ${page.url()} (a practice run), clicking "Export bundle"…`);
    await actions(page).start("Export bundle");
    await expect(actions(page).status).toContainText(/Saved \d/, { timeout: 60_000 });
    const bundle = await runpack.waitForDownload(/\.zip$/);
    const entries = await readZip(bundle);
    const sizes = new Map([...entries].map(([name, { bytes }]) => [name, bytes]));
    console.log(`\n${tree(sizes)}\n`);
    console.log(`${await actions(page).status.locator("strong").textContent()}`);
    console.log(`${bundle} (${statSync(bundle).size.toLocaleString("en")} bytes)`);
  } finally {
    await close();
  }
}

/** Paths and their bytes as a tree, folders before their files' names. */
function tree(sizes: Map<string, number>): string {
  const lines: string[] = [];
  let shown: string[] = [];
  for (const [path, bytes] of [...sizes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = path.split("/");
    const folders = parts.slice(0, -1);
    const common = folders.findIndex((folder, depth) => folder !== shown[depth]);
    for (let depth = common === -1 ? folders.length : common; depth < folders.length; depth++) {
      lines.push(`${"  ".repeat(depth)}${folders[depth]}/`);
    }
    shown = folders;
    const name = `${"  ".repeat(folders.length)}${parts.at(-1)}`;
    lines.push(`${name.padEnd(64)} ${bytes.toLocaleString("en").padStart(12)}`);
  }
  return lines.join("\n");
}

demo().catch(fail);
