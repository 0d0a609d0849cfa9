import { once } from "node:events";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

const Message = z.looseObject({
  id: z.number().nullish(),
  type: z.string().optional(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.unknown().optional(),
  message: z.string().optional(),
});
type Message = z.infer<typeof Message>;

const Context = z.object({ context: z.string() });
const Committed = z.object({ context: z.string(), url: z.string(), navigation: z.string().nullable() });
const Evaluated = z.union([
  z.object({ type: z.literal("success"), result: z.object({ value: z.unknown().optional() }) }),
  z.object({ type: z.literal("exception"), exceptionDetails: z.object({ text: z.string() }) }),
]);
const Tree = z.object({ contexts: z.array(z.object({ context: z.string() })).min(1) });
const MediaFeatures = z.object({
  features: z.object({ "prefers-color-scheme": z.enum(["light", "dark"]).nullish() }),
});

/** Our own commands' IDs; Playwright's count from 1. */
const FIRST_ID = 1_000_000_000;
const LOADED =
  "new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', done))";

/**
 * Stands between Playwright and Firefox on the WebDriver BiDi line, which takes one session alone. It gives Playwright
 * what Firefox lacks (a load event for an extension's pages, the emulated colour scheme), and tests the browser's own
 * scripts, which no page can run.
 */
export class FirefoxBridge {
  readonly #pending = new Map<number, (answer: Message) => void>();
  /** Pages that Playwright is closing, by its command. */
  readonly #closing = new Map<number, string>();
  #nextId = FIRST_ID;
  #playwright: WebSocket | null = null;
  #window: Promise<string> | null = null;

  private constructor(
    private readonly firefox: WebSocket,
    private readonly server: WebSocketServer,
  ) {
    firefox.on("message", (data) => this.#fromFirefox(parsed(data)));
    firefox.on("close", () => this.close());
    server.once("connection", (playwright) => {
      this.#playwright = playwright;
      playwright.on("message", (data) => this.#fromPlaywright(parsed(data)));
      playwright.on("close", () => firefox.close());
    });
  }

  /** @param address of Firefox's BiDi session */
  static async open(address: string): Promise<FirefoxBridge> {
    const firefox = new WebSocket(address, { perMessageDeflate: false, maxPayload: 2 ** 30 });
    await once(firefox, "open");
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    return new FirefoxBridge(firefox, server);
  }

  /** Where Playwright connects. */
  get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("The bridge has no port");
    return `ws://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.#playwright?.close();
    this.firefox.close();
    this.server.close();
    for (const answer of this.#pending.values()) answer({ type: "error", message: "Firefox is gone" });
    this.#pending.clear();
  }

  /** Evaluates an expression with the browser's own rights. @returns its value, as JSON keeps it */
  async inBrowser(expression: string): Promise<unknown> {
    this.#window ??= this.#send("browsingContext.getTree", { "moz:scope": "chrome", maxDepth: 0 }).then(
      (tree) => Tree.parse(tree).contexts[0]?.context ?? "",
    );
    const evaluated = Evaluated.parse(
      await this.#send("script.evaluate", {
        expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value) ?? "null")`,
        target: { context: await this.#window },
        awaitPromise: true,
      }),
    );
    if (evaluated.type === "exception") throw new Error(evaluated.exceptionDetails.text);
    return JSON.parse(String(evaluated.result.value));
  }

  /** Playwright hears no more of requests and answers; the browser keeps the bytes of all of them as long as it does. */
  async endNetworkEvents(): Promise<void> {
    await this.#send("session.unsubscribe", { events: ["network"] });
  }

  async #send(method: string, params: object): Promise<unknown> {
    const id = this.#nextId++;
    const answered = new Promise<Message>((resolve) => this.#pending.set(id, resolve));
    this.firefox.send(JSON.stringify({ id, method, params }));
    const { type, message, result } = await answered;
    if (type === "error") throw new Error(`${method}: ${message}`);
    return result;
  }

  #fromPlaywright(message: Message): void {
    switch (message.method) {
      // Downloads go where the profile says, under their own names, as they do for people.
      case "browser.setDownloadBehavior":
        this.#answer(message);
        return;
      // It would have the browser keep the bytes of every answer, of the extension's too, in memory. No test reads them.
      case "network.addDataCollector":
        this.#answer(message, { collector: "none" });
        return;
      case "emulation.setMediaFeaturesOverride":
        void this.#setColorScheme(message).finally(() => this.#answer(message));
        return;
      // Playwright waits for the load event by itself.
      case "browsingContext.reload":
        this.firefox.send(JSON.stringify({ ...message, params: { ...message.params, wait: "none" } }));
        return;
      case "browsingContext.close":
        this.#closing.set(message.id ?? 0, Context.parse(message.params).context);
        break;
    }
    this.firefox.send(JSON.stringify(message));
  }

  #answer({ id }: Message, result: object = {}): void {
    this.#playwright?.send(JSON.stringify({ type: "success", id, result }));
  }

  /** For the whole browser; a test has one scheme at a time. */
  async #setColorScheme({ params }: Message): Promise<void> {
    const scheme = MediaFeatures.parse(params).features["prefers-color-scheme"];
    const value = scheme === "dark" ? 0 : scheme === "light" ? 1 : 2;
    await this.inBrowser(
      `Services.prefs.setIntPref("layout.css.prefers-color-scheme.content-override", ${value})`,
    );
  }

  #fromFirefox(message: Message): void {
    const answer = typeof message.id === "number" ? this.#pending.get(message.id) : undefined;
    if (answer && typeof message.id === "number") {
      this.#pending.delete(message.id);
      answer(message);
      return;
    }
    this.#playwright?.send(JSON.stringify(message));
    const closed = this.#closing.get(message.id ?? 0);
    // Firefox doesn't tell of the end of an extension's page; that of another is told twice then, which harms nobody.
    if (closed !== undefined) this.#tell("browsingContext.contextDestroyed", { context: closed });
    this.#closing.delete(message.id ?? 0);
    if (message.method === "browsingContext.navigationCommitted") this.#committed(message);
  }

  #tell(method: string, params: object): void {
    this.#playwright?.send(JSON.stringify({ type: "event", method, params }));
  }

  /** Firefox tells neither of the realm of an extension's page, until something runs in it, nor when it is loaded. */
  #committed({ params }: Message): void {
    const page = Committed.safeParse(params);
    if (!page.success || !page.data.url.startsWith("moz-extension://")) return;
    const loaded = () => {
      for (const method of ["browsingContext.domContentLoaded", "browsingContext.load"])
        this.#tell(method, { ...page.data, timestamp: Date.now() });
    };
    // A page that is left before it is loaded has no load event.
    this.#send("script.evaluate", {
      expression: LOADED,
      target: { context: page.data.context },
      awaitPromise: true,
    }).then(loaded, () => undefined);
  }
}

function parsed(data: RawData): Message {
  return Message.parse(JSON.parse(data.toString()));
}
