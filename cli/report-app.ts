import { readFile } from "node:fs/promises";

/** The report page's code: the build puts it beside the command. */
export async function reportApp(): Promise<{ script: string; style: string }> {
  const [script = "", style = ""] = await Promise.all(
    ["report-app.js", "report-look.css"].map((name) => readFile(new URL(name, import.meta.url), "utf8")),
  );
  return { script, style };
}
