/**
 * Records the fixtures of the practice runs: drives a real Chromium through a small local site and writes what a run
 * of Skyvern would leave (screenshots, pages, element trees, HAR, trace, console log, downloads, a WebM made of the
 * screenshots). Run by hand when the fixtures should change: `npx vite-node tests/practice/record.ts`.
 * CHROMIUM names another browser than /usr/bin/chromium. Needs ffmpeg for the WebM.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { INVOICES, startSite } from "./record-site";
import { readZip, writeZip } from "./zip";

const PORTAL = "http://portal.acme.example";
const VIEWPORT = { width: 800, height: 500 };
const out = fileURLToPath(new URL("./fixtures/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "practice-record-"));

interface Scene {
  name: string;
  /** From the page before it to the page after it; each ends with a screenshot. */
  moves: ((page: Page) => Promise<void>)[];
}

const SCENES: Scene[] = [
  {
    name: "sign-in",
    moves: [(page) => page.fill("#user", "robot"), (page) => page.fill("#password", "not-a-secret")],
  },
  { name: "list", moves: [(page) => page.click("#sign-in")] },
  { name: "january", moves: [(page) => page.click('a[href="/invoices/2026-01"]'), download(0)] },
  {
    name: "march",
    moves: [open("/invoices"), (page) => page.click('a[href="/invoices/2026-03"]'), download(1)],
  },
  { name: "summary", moves: [open("/invoices")] },
];

function open(path: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.goto(PORTAL + path);
  };
}

function download(index: number): (page: Page) => Promise<void> {
  return async (page) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
    await file.saveAs(join(out, `download-${index + 1}.pdf`));
  };
}

/** Runs in the page: a tree of its elements as the agent sees them, and where each is. */
function describePage(): { tree: unknown[]; css: Record<string, string>; xpath: Record<string, string> } {
  const css: Record<string, string> = {};
  const xpath: Record<string, string> = {};
  let next = 0;
  const outline = (element: Element, path: string): unknown => {
    const id = `A${(next++).toString(36).toUpperCase().padStart(3, "0")}`;
    const box = element.getBoundingClientRect();
    css[id] = element.id ? `#${element.id}` : `[unique_id='${id}']`;
    xpath[id] = path;
    const ownText = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    return {
      id,
      tagName: element.tagName.toLowerCase(),
      attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
      text: ownText
        .map((node) => node.textContent?.trim())
        .join(" ")
        .trim(),
      rect: { x: box.x, y: box.y, width: box.width, height: box.height },
      interactable: element.matches("a,button,input"),
      children: [...element.children].map((child, index) =>
        outline(child, `${path}/${child.tagName.toLowerCase()}[${index + 1}]`),
      ),
    };
  };
  return { tree: [outline(document.body, "/html/body")], css, xpath };
}

async function printInvoices(browser: Browser, pdfs: Map<string, Buffer>): Promise<void> {
  const page = await browser.newPage();
  for (const { id } of INVOICES.slice(0, 2)) {
    await page.goto(`${PORTAL}/invoices/${id}`);
    pdfs.set(id, await page.pdf({ format: "A5" }));
  }
  await page.close();
}

async function record(context: BrowserContext): Promise<void> {
  const lines: string[] = [];
  const page = await context.newPage();
  page.on("console", (message) =>
    lines.push(`${lines.length.toString().padStart(4, "0")} [${message.type()}] ${message.text()}`),
  );
  await page.goto(`${PORTAL}/`);
  let frame = 0;
  for (const { name, moves } of SCENES) {
    mkdirSync(join(out, name), { recursive: true });
    const shoot = async (file: string): Promise<void> => {
      await page.waitForLoadState("networkidle");
      const png = await page.screenshot();
      writeFileSync(join(out, name, file), png);
      writeFileSync(join(scratch, `frame-${(frame++).toString().padStart(3, "0")}.png`), png);
    };
    await shoot("llm.png");
    writeFileSync(join(out, name, "scrape.html"), await page.content());
    writeFileSync(join(out, name, "elements.json"), JSON.stringify(await page.evaluate(describePage)));
    for (const [index, move] of moves.entries()) {
      await move(page);
      await shoot(`action-${index + 1}.png`);
    }
    writeFileSync(join(out, name, "action.html"), await page.content());
  }
  writeFileSync(join(out, "console.log"), `${lines.join("\n")}\n`);
}

/** The trace without the recorder's own file names, and both without this machine's port. */
function clean(port: number): void {
  const onPort80 = (text: string): string => text.replaceAll(`"_serverPort":${port}`, '"_serverPort":80');
  const trace = readZip(readFileSync(join(scratch, "trace.zip")))
    .filter(({ name }) => !name.endsWith(".stacks"))
    .map(({ name, data }) => ({
      name,
      data: /\.(trace|network)$/.test(name) ? Buffer.from(onPort80(data.toString("utf8"))) : data,
      method: "deflated" as const,
    }));
  writeFileSync(join(out, "trace.zip"), writeZip(trace));
  writeFileSync(join(out, "network.har"), onPort80(readFileSync(join(scratch, "network.har"), "utf8")));
}

function makeRecording(): void {
  const made = spawnSync(
    "ffmpeg",
    [
      "-y",
      "-v",
      "error",
      "-framerate",
      "1",
      "-i",
      join(scratch, "frame-%03d.png"),
      "-r",
      "5",
      "-c:v",
      "libvpx",
      "-b:v",
      "120k",
      "-pix_fmt",
      "yuv420p",
      join(out, "recording.webm"),
    ],
    { stdio: "inherit" },
  );
  if (made.status !== 0) console.warn("no ffmpeg: the WebM stays as it is");
}

const pdfs = new Map<string, Buffer>();
const { server, port } = await startSite(pdfs);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", `--host-resolver-rules=MAP portal.acme.example:80 127.0.0.1:${port}`],
});
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await printInvoices(browser, pdfs);
const context = await browser.newContext({
  viewport: VIEWPORT,
  recordHar: { path: join(scratch, "network.har"), content: "embed" },
});
await context.tracing.start({ screenshots: true, snapshots: true });
await record(context);
await context.tracing.stop({ path: join(scratch, "trace.zip") });
await context.close();
await browser.close();
server.close();
clean(port);
makeRecording();
rmSync(scratch, { recursive: true });
console.log(readdirSync(out).join("\n"));
