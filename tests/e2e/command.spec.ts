import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandEnvironment, startCommand } from "../cli/command";
import { INVOICE, PARENT } from "../practice/runs/ids";
import { expect, exportBundle, test } from "./fixtures";
import { type Checked, checkZip } from "./verify-zip";

const RUNPACK = fileURLToPath(new URL("../../scripts/runpack.mjs", import.meta.url));

/** Path and SHA-256 of everything below `data/`. */
function payload({ entries }: Checked): [string, string][] {
  return [...entries].flatMap(([path, { sha256 }]) => (path.startsWith("data/") ? [[path, sha256]] : []));
}

/** A run with archives and downloads, and one with a nested run. */
for (const id of [INVOICE, PARENT]) {
  test(`the command's bundle of ${id} is, below data/, the extension's byte for byte`, async ({
    runpack,
    server,
  }) => {
    const page = await runpack.openRun(`/runs/${id}/overview`);
    const byExtension = await exportBundle(page, runpack, server);
    const out = join(runpack.downloads, "by-command");
    const env = commandEnvironment(server, runpack.profile);
    const { stderr } = await startCommand(process.execPath, [RUNPACK, "export", id, "--out", out], env).ended;
    expect(stderr).toBe("");
    const byCommand = await checkZip(join(out, byExtension.name), server);
    expect(payload(byCommand)).toEqual(payload(byExtension));
    expect([...byCommand.entries.keys()]).toEqual([...byExtension.entries.keys()]);
  });
}
