import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { INVOICE } from "../practice/runs/ids";
import { API_HOST } from "../practice/server";
import { contentCalls, expect, exportBundle, saved, sharing, test } from "./fixtures";
import { APP, actions, filesIn, fillKey, type Runpack } from "./harness";

/** An extension's page that hears every message of the extension's own, from now on. */
async function listen(runpack: Runpack): Promise<{ page: Page; heard: () => Promise<string> }> {
  const page = await runpack.context.newPage();
  await page.goto(runpack.extensionPage("options"));
  await page.evaluate(`
    globalThis.heard = [];
    chrome.runtime.onMessage.addListener((message) => { globalThis.heard.push(JSON.stringify(message)); });
    chrome.runtime.onConnect.addListener((port) => port.onMessage.addListener((message) => globalThis.heard.push(JSON.stringify(message))));`);
  return { page, heard: () => page.evaluate("globalThis.heard.join('\\n')").then(String) };
}

/** Hears what a page's content script is told from now on: messages, and answers to its own. */
async function listenInPage(runpack: Runpack, page: Page): Promise<() => Promise<string>> {
  const session = await runpack.context.newCDPSession(page);
  const found = new Promise<number>((resolve) =>
    session.on("Runtime.executionContextCreated", ({ context }) => {
      if (context.origin === runpack.extensionOrigin) resolve(context.id);
    }),
  );
  await session.send("Runtime.enable");
  const contextId = await found;
  const inScript = async (expression: string): Promise<string> => {
    const { result } = await session.send("Runtime.evaluate", { contextId, expression, returnByValue: true });
    return String(result.value);
  };
  await inScript(`{
    globalThis.told = [];
    const hear = (message) => { globalThis.told.push(JSON.stringify(message) ?? ""); };
    chrome.runtime.onMessage.addListener(hear);
    const send = chrome.runtime.sendMessage;
    chrome.runtime.sendMessage = (...given) => {
      const answer = send.apply(chrome.runtime, given.map((each) => typeof each !== "function" ? each
        : (told) => { hear({ answer: told }); each(told); }));
      answer?.then((told) => hear({ answer: told }), () => undefined);
      return answer;
    };
  }`);
  return () => inScript("globalThis.told.join('\\n')");
}

test("the key stands in its header and in its store, and nowhere else, whatever the user does", async ({
  runpack,
  server,
}) => {
  test.setTimeout(120_000);
  const said: string[] = [];
  runpack.context.on("console", (message) => said.push(message.text()));
  runpack.context.on("serviceworker", (worker) =>
    worker.on("console", (message) => said.push(message.text())),
  );
  const { page: extensionPage, heard } = await listen(runpack);
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const told = runpack.chromium ? await listenInPage(runpack, page) : null;
  await exportBundle(page, runpack, server);
  await actions(page).start("Download all");
  await saved(page);
  const popup = await runpack.context.newPage();
  await popup.goto(runpack.extensionPage("popup"));
  await popup.getByRole("textbox", { name: "Run ID or link" }).fill(INVOICE);
  await popup.getByRole("button", { name: "Look up" }).click();
  await expect(popup.getByText("Completed").first()).toBeVisible();

  await extensionPage.getByRole("button", { name: "Save to a file" }).click();
  await runpack.waitForDownload(/runpack-settings\.json$/);

  const { apiKey } = server;
  const requests = server.requests.filter((request) => JSON.stringify(request).includes(apiKey));
  for (const { host, path, headers } of requests) {
    const { "x-api-key": key, ...others } = headers;
    expect({ host, key }).toEqual({ host: API_HOST, key: apiKey });
    expect(path + JSON.stringify(others)).not.toContain(apiKey);
  }
  expect(requests.length).toBeGreaterThan(20);
  const stores = await extensionPage.evaluate(`Promise.all(["local", "session", "sync", "managed"].map(
    (area) => chrome.storage[area].get().catch(() => null))).then(JSON.stringify)`);
  const downloads = await extensionPage.evaluate("chrome.downloads.search({}).then(JSON.stringify)");
  const places = {
    messages: await heard(),
    contentScript: (await told?.()) ?? "",
    stores: String(stores),
    downloads: String(downloads),
    console: said.join("\n"),
    page: await page.evaluate(
      () =>
        document.documentElement.outerHTML +
        (document.querySelector("runpack-actions")?.shadowRoot?.innerHTML ?? "") +
        JSON.stringify({ ...localStorage, ...sessionStorage }),
    ),
    popup: await popup.content(),
  };
  expect(places.messages).toContain(INVOICE);
  if (told)
    for (const heardOf of ['"answer":{"kind":"started"', '"to":"surfaces"'])
      expect(places.contentScript).toContain(heardOf);
  for (const [place, text] of Object.entries(places)) expect(text.includes(apiKey), place).toBe(false);
  // A signed URL is as good as the file: it outlives no job.
  for (const place of ["messages", "contentScript", "stores", "downloads"] as const)
    expect(places[place]).not.toMatch(/[?&]sig=/);
  for (const file of filesIn(runpack.downloads)) {
    const path = `${runpack.downloads}/${file}`;
    const bytes = file.endsWith(".zip")
      ? execFileSync("unzip", ["-p", path], { maxBuffer: 1e9 })
      : readFileSync(path);
    expect(bytes.includes(apiKey), file).toBe(false);
  }
});

sharing("a page that forges messages and events starts nothing", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await expect(actions(page).exportBundle).toBeVisible();
  server.requests.length = 0;
  await page.evaluate((id) => {
    const order = { to: "background", type: "export", runId: "wr_493285619334750001", mode: "bundle" };
    for (const message of [order, { to: "host", type: "running" }]) {
      Reflect.get(window, "chrome")?.runtime?.sendMessage?.(id, message);
      window.postMessage(message, "*");
      document.dispatchEvent(new CustomEvent("runpack", { detail: message }));
    }
    const root = document.querySelector("runpack-actions")?.shadowRoot;
    for (const button of root?.querySelectorAll("button") ?? []) {
      for (const type of ["pointerdown", "mousedown", "mouseup", "click"])
        button.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true }));
      button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true }));
      button.click();
    }
  }, new URL(runpack.extensionOrigin).hostname);
  await page.waitForTimeout(1500);
  expect(server.requests.filter(({ headers }) => "x-api-key" in headers)).toEqual([]);
  expect(filesIn(runpack.downloads)).toEqual([]);
});

sharing("a page can neither load nor frame anything of the extension", async ({ runpack }) => {
  const page = await runpack.context.newPage();
  await page.goto(`${APP}/runs`);
  const reached = await page.evaluate(async (origin) => {
    const found: string[] = [];
    const ends = (element: HTMLElement) =>
      new Promise<boolean>((resolve) => {
        element.onload = () => resolve(true);
        element.onerror = () => resolve(false);
        document.body.append(element);
      });
    for (const path of [
      "manifest.json",
      "icon/48.png",
      "popup.html",
      "report.html",
      "report-app.js",
      "background.js",
    ]) {
      const url = `${origin}/${path}`;
      const isFetched = await fetch(url).then(
        () => true,
        () => false,
      );
      const isLoaded = await ends(Object.assign(new Image(), { src: url }));
      const isRun = await ends(Object.assign(document.createElement("script"), { src: url }));
      if (isFetched || isLoaded || isRun) found.push(path);
    }
    // A frame's load event tells of its error page too.
    await ends(Object.assign(document.createElement("iframe"), { src: `${origin}/options.html` }));
    return found;
  }, runpack.extensionOrigin);
  expect(reached).toEqual([]);
  for (const frame of page.frames().slice(1)) expect(await frame.content()).not.toContain("Runpack");
  const manifest: unknown = JSON.parse(
    readFileSync(`.output/${runpack.browser === "firefox" ? "firefox" : "chrome"}-mv3/manifest.json`, "utf8"),
  );
  expect(manifest).not.toHaveProperty("web_accessible_resources");
  expect(manifest).not.toHaveProperty("externally_connectable");
  expect(JSON.stringify(manifest)).not.toMatch(/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/);
});

sharing("an extension page takes no text for code", async ({ runpack }) => {
  const page = await runpack.context.newPage();
  await page.goto(runpack.extensionPage("options"));
  const taken = await page.evaluate(async () => {
    // The page's policy doesn't count while a debugger's call runs.
    await new Promise((resolve) => setTimeout(resolve));
    const ways: Record<string, () => unknown> = {
      eval: () => Reflect.get(globalThis, "eval")("1"),
      Function: () => new Function("return 1")(),
      "a script's text": () => Object.assign(document.createElement("script"), { text: "1" }),
      "inner HTML": () => Object.assign(document.createElement("p"), { innerHTML: "<b>bold</b>" }),
    };
    return Object.entries(ways).flatMap(([name, way]) => {
      try {
        way();
        return [name];
      } catch {
        return [];
      }
    });
  });
  const guarded = await page.evaluate("'trustedTypes' in globalThis");
  expect(taken).toEqual(guarded ? [] : ["a script's text", "inner HTML"]);
});

/**
 * Files below a folder that hold any piece of a key, in one byte or two a character: Firefox compresses what it stores
 * (Snappy), and leaves pieces.
 */
function filesWith(key: string, folder: string): string[] {
  const pieces = key.match(/.{10}/g) ?? [key];
  const forms = pieces.flatMap((piece) => [Buffer.from(piece), Buffer.from(piece, "utf16le")]);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => forms.some((form) => readFileSync(path).includes(form)));
}

test("a key that is to be kept is on the disk, in the extension's own database alone", async ({
  launch,
  server,
}) => {
  const runpack = await launch();
  await runpack.saveKey(server.apiKey);
  await runpack.kill();
  const holders = filesWith(server.apiKey, runpack.profile);
  expect(holders.length).toBeGreaterThan(0);
  for (const path of holders) expect(path).toContain(runpack.extensionDatabases);
  await runpack.close();
});

/** Where a browser keeps what an extension stores; pages of Skyvern have their signed URLs in caches elsewhere. */
const OWN_STORES = /chrome-extension_|File System|Extension Settings|moz-extension\+\+\+/;

test("a key that is to be forgotten exports all the same, is on no disk, nor is a signed URL, and is gone with the browser", async ({
  launch,
  server,
}) => {
  test.setTimeout(120_000);
  let runpack = await launch();
  const { profile, downloads } = runpack;
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  await options.getByRole("checkbox", { name: "Forget the key" }).check();
  await fillKey(options, server.apiKey);
  await expect(options.getByRole("status").first()).toContainText("Connected");
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await exportBundle(page, runpack, server);
  await expect.poll(() => runpack.packs()).toEqual([]);
  await runpack.kill();
  expect(filesWith(server.apiKey, profile)).toEqual([]);
  const signatures = contentCalls(server).flatMap(({ path }) => /[?&]sig=([\w-]+)/.exec(path)?.[1] ?? []);
  expect(signatures.length).toBeGreaterThan(0);
  for (const signature of signatures.slice(0, 3))
    expect(filesWith(signature, profile).filter((path) => OWN_STORES.test(path))).toEqual([]);
  runpack = await launch({ profile, downloads });
  const again = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const opened = runpack.context.waitForEvent("page");
  await actions(again).start("Export bundle");
  await expect((await opened).getByRole("textbox", { name: "API key" })).toHaveValue("");
  await runpack.close();
});
