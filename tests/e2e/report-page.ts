import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, type Page } from "@playwright/test";
import { z } from "zod";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/** The report's tabs, by their keys 1 to 5. */
export const TABS = ["Overview", "Timeline", "Network", "Logs", "Files"] as const;

/** What a report did that it must not do. */
export interface Watched {
  /** Requests that left the disk. */
  asked: string[];
  /** Errors, console lines and dialogs. */
  said: string[];
}

/** Unzips a bundle as a user does. @returns its root folder */
export function unzip(zip: string, folder: string): string {
  execFileSync("unzip", ["-q", zip, "-d", folder]);
  return join(folder, readdirSync(folder)[0] ?? "");
}

/** Opens a report from disk on a page that reaches no network. */
export async function openReport(page: Page, root: string): Promise<Watched> {
  const asked: string[] = [];
  const said: string[] = [];
  await page.route(/^(?!file:)/, (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(join(root, "index.html")).href);
  await expect(page.getByRole("tab", { name: "Overview" })).toBeVisible();
  return { asked, said };
}

/** Goes to a tab by its key. */
export async function showTab(page: Page, tab: (typeof TABS)[number]): Promise<void> {
  await page.keyboard.press(String(TABS.indexOf(tab) + 1));
  await expect(page.getByRole("tab", { name: tab, exact: true })).toHaveAttribute("aria-selected", "true");
}

/** What axe finds wrong on the page as it stands, or in one part of it. */
export async function violations(page: Page, part = "html"): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(`axe.run(${JSON.stringify(part)}).then(({ violations }) => violations)`);
  return Violations.parse(found).map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
}
