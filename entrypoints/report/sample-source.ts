import type { ReportData, ReportFile, ReportItem } from "@/core/report/report-data";
import type { ReportSource } from "@/core/report/report-source";

/** A made-up run, to look at without a key. What Skyvern and a run's author write is in English in any case. */
const START = Date.UTC(2026, 2, 31, 9, 30);
const SECOND = 1000;

const PAGES: readonly { title: string; lines: string[]; button: string }[] = [
  { title: "Sign in", lines: ["ada@example.com", "••••••••••••"], button: "Sign in" },
  {
    title: "Invoices",
    lines: ["March 2026     $ 1,240.00", "February 2026  $ 1,180.00"],
    button: "Download",
  },
  {
    title: "Invoices",
    lines: ["March 2026     $ 1,240.00", "✓ invoice-2026-03.pdf saved"],
    button: "Download",
  },
];
const ACTIONS = [
  ["input_text", "Type the user name and the password", "The form asks for an account, and one is given."],
  ["click", "Press Download beside March 2026", "March is the month that was asked for."],
  ["complete", "The invoice is downloaded", "The file is there, nothing is left to do."],
] as const;

/** The sample report's source: everything stands in this file. */
export class SampleSource implements ReportSource {
  readonly onDisk = false;
  readonly exported = true;
  readonly #texts = new Map<number, string>();

  async load(): Promise<ReportData> {
    const files: ReportFile[] = [];
    const add = (path: string, type: string, kind: ReportFile["kind"], label: string, text: string) => {
      const at = START + files.length * SECOND;
      const file = {
        path,
        name: path.slice(path.lastIndexOf("/") + 1),
        id: `a_${files.length + 1}`,
        type,
        label,
      };
      files.push({
        ...file,
        kind,
        bytes: text.length,
        sha256: "",
        proof: "crc32",
        at,
        item: null,
        chunks: null,
      });
      this.#texts.set(files.length - 1, text);
      return files.length - 1;
    };
    const items: ReportItem[] = [item("block", "download invoice", "task", 0, [], null)];
    for (const [index, page] of PAGES.entries()) {
      const [type, title, reasoning] = ACTIONS[index] ?? ACTIONS[0];
      const folder = `data/steps/01-download invoice/0${index + 1}-step`;
      const picture = add(
        `${folder}/001-screenshot_action.svg`,
        "screenshot_action",
        "image",
        "Screenshot (action)",
        drawn(page),
      );
      const prompt = add(
        `${folder}/002-llm_prompt.txt`,
        "llm_prompt",
        "text",
        "Prompt",
        `You see the page "${page.title}". Which action comes next?`,
      );
      const answer = add(
        `${folder}/003-llm_response_parsed.json`,
        "llm_response_parsed",
        "json",
        "LLM answer (parsed)",
        JSON.stringify({ action: type, reasoning }),
      );
      const own = [picture, prompt, answer];
      for (const file of own) if (files[file]) files[file].item = items.length + 1;
      items.push(item("step", `Step ${index + 1}`, null, index, own, null));
      items.push({
        ...item("action", title, type, index, own, picture),
        texts: [{ label: "Reasoning", text: reasoning }],
      });
    }
    const log = "[info] signed in\n[warning] slow answer: 2.1 s\n[info] invoice-2026-03.pdf saved\n";
    add("data/logs/skyvern.log", "skyvern_log", "log", "Skyvern log", log);
    return {
      ...HEAD,
      counts: { found: files.length, written: files.length, missing: 0, leftOut: 0 },
      proofs: { checksum: 0, crc32: files.length, length: 0, none: 0 },
      files,
      timeline: items,
    };
  }

  async text(file: number): Promise<string | null> {
    return this.#texts.get(file) ?? null;
  }

  url(file: number): string {
    return `data:image/svg+xml,${encodeURIComponent(this.#texts.get(file) ?? "")}`;
  }
}

const HEAD: Omit<ReportData, "counts" | "proofs" | "files" | "timeline"> = {
  format: "runpack-report",
  version: 1,
  run: {
    id: "wr_401122334455667788",
    requestedId: "wr_401122334455667788",
    ids: ["wr_401122334455667788"],
    nestedRuns: [],
    title: "Download the March invoice (sample)",
    status: "completed",
    type: "workflow_run",
    failureReason: null,
    failureCategory: null,
    createdAt: START,
    startedAt: START,
    finishedAt: START + 42 * SECOND,
    organization: "Example Inc.",
    apiAddress: "https://api.skyvern.com",
    exportedAt: START + 600 * SECOND,
    extensionVersion: "0.1.0",
    preset: "",
    shareSafe: false,
    inputs: JSON.stringify({ month: "2026-03" }),
    output: JSON.stringify({ invoice: "invoice-2026-03.pdf", amount: "$ 1,240.00" }),
    separateRuns: [],
  },
  missing: [],
  leftOut: [],
  warnings: [],
  recordings: [],
  ledger: [],
  lookedFor: [],
};

function item(
  kind: ReportItem["kind"],
  title: string,
  subtype: string | null,
  index: number,
  files: number[],
  screenshot: number | null,
): ReportItem {
  const depth = kind === "block" ? 0 : kind === "step" ? 1 : 2;
  const at = START + index * 14 * SECOND;
  const seconds = kind === "block" ? 42 : 14;
  const rest = { status: "completed", failed: false, at, seconds, iteration: null, texts: [] };
  return { kind, id: `${kind}-${index + 1}`, depth, title, subtype, ...rest, screenshot, files };
}

/** A picture of a web page, drawn from a few words. */
function drawn({ title, lines, button }: (typeof PAGES)[number]): string {
  const rows = lines.map(
    (line, index) =>
      `<rect x="120" y="${150 + index * 64}" width="400" height="44" rx="6" fill="#fff" stroke="#cbd5e1"/><text x="136" y="${178 + index * 64}" font-size="16" fill="#334155">${line}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400" font-family="sans-serif"><rect width="640" height="400" fill="#f1f5f9"/><rect width="640" height="56" fill="#0f172a"/><text x="24" y="36" font-size="20" fill="#fff">Example Billing</text><text x="120" y="120" font-size="26" fill="#0f172a">${title}</text>${rows.join("")}<rect x="120" y="296" width="140" height="44" rx="6" fill="#2563eb"/><text x="190" y="324" font-size="16" fill="#fff" text-anchor="middle">${button}</text></svg>`;
}
