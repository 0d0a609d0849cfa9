import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { LINKS } from "./links";
import { WORKS } from "./works";

const Figures = z.object({
  work: z.string(),
  link: z.string(),
  contender: z.string(),
  /** Of the timed rounds, in the order of measuring. */
  seconds: z.array(z.number()),
  cpuSeconds: z.number(),
  bytesWritten: z.number(),
  zipBytes: z.number(),
  memory: z.number().nullable(),
  /** What it ended with, where it did not finish. */
  failure: z.string().nullable(),
  /** When, and on what. */
  measured: z.string(),
  machine: z.string(),
  command: z.string(),
});
const Results = z.array(Figures);

/** What one contender did on one work over one link. */
export type Figures = z.infer<typeof Figures>;

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function readResults(): Figures[] {
  const path = at("results.json");
  return existsSync(path) ? Results.parse(JSON.parse(readFileSync(path, "utf8"))) : [];
}

/** Puts new figures in the place of those of the same work, link and contender, and writes the tables anew. */
export function addResults(fresh: Figures[]): void {
  const key = ({ work, link, contender }: Figures) => `${work} ${link} ${contender}`;
  const keys = new Set(fresh.map(key));
  const all = [...readResults().filter((each) => !keys.has(key(each))), ...fresh];
  writeFileSync(at("results.json"), `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(at("results.md"), resultsText(all));
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The tables, one a work and link. */
function resultsText(all: readonly Figures[]): string {
  const tables = LINKS.flatMap((link) =>
    WORKS.map((work) => {
      const figures = all.filter((each) => each.work === work.name && each.link === link.name);
      if (figures.length === 0) return "";
      const bytes = work.parts.reduce((sum, { count, bytesEach }) => sum + count * bytesEach, 0);
      return [`## ${work.what}; ${link.what}`, table(figures, bytes), commandsOf(figures), ""].join("\n\n");
    }),
  );
  return `# What was measured

Made by \`npm run bench\`, from \`bench/results.json\`. One round after the other, contenders side by side; a new browser for each
export, without a debugger while it is timed. Times are medians, with all rounds in parentheses, from the click (or the order) to the
finished file. Memory is the peak of all processes of the browser above its settled idle (Pss), in a round of its own, because watching
costs time. The server is the practice server, in one Node process on the same two cores, over TLS and HTTP/1.1. Each peer asks for six
files at once and makes its ZIP as its documentation shows, in a page of Skyvern's origin; \`floor\` fetches and throws away. On archives and on
the mixed work, the peers ask for each file by its URL, as pages do, and the server unzips its archive for each of them, as Skyvern's
does; Runpack asks for the archives.

What limits Runpack here, by profiles of the worker that exports and the processor time of each thread: on loopback all of
it is processor time. Two cores, which the server, the browser's network process and the export share, are never idle, so
that whatever is done beside fetching costs its time; the floor does nothing beside.

- 1,000 screenshots: 3.9 s of processor time, 2.6 s of it the floor's too (browser, its network process, and requests in
  the thread that makes them: 1.3 ms each). Of the rest the exporting thread takes 0.6 s for writing, CRC-32, SHA-256 and
  the journal that makes a killed browser go on; the document, its worker, the background and the run's page take 0.7 s,
  which peers on an open page don't have. With 12 files at once instead of 24 it takes 0.15 s more; writes without a copy,
  none less. The document is made while the pointer comes near the buttons.
- 5,000 texts, each by a request of its own: 14.7 s of processor time, 10 s of it the floor's. The exporting thread takes
  6.2 s, where the floor's page takes 4: deflate (0.8 s), hashes, journal. Peers that are faster store the texts, or keep all
  in memory. In 500 archives the 500 requests are a fifth of it; what is left is to inflate and prove each text, and to make
  a bundle of 5,000 files.
- Recordings are bound by SHA-256 in WebAssembly (200 MB/s a core, and the fastest of six libraries that were tried; the
  browser's own does 1.6 GB/s, but wants a file whole: Chromium 156 takes no stream), a HAR by one thread of deflate
  (62 MB/s), as zip.js is. The storing peers do neither; fflate and JSZip keep all in memory, and were not tried with 3 GB.
- Memory is flat: 116 MB above idle for 100 MB, 186 MB for 5 GB, 274 MB at most in 20 GB (before the last changes), where
  the server paused and a second file began. 60 to 75 MB of it are what Chromium reads ahead of a body that is taken slower
  than it comes: Blink's BufferingBytesConsumer takes what has come whenever the thread that fetches is free, up to a limit
  of its own, unless the server says \`no-store\`, which Skyvern doesn't. So big files come one by one; with four at once
  it was 0.7 GB. Asking for them in pieces would bound it, but Skyvern reads the whole file for each piece. A thread that
  hashes as it reads is never free, and keeps 30 MB in a page of its own; in the export its bytes have to go on to the
  thread that writes, and while it waited for that, on a busy machine, two bodies were read ahead by 125 MB each. Some 60 MB are the export's
  document, its workers and their WebAssembly.
- The mixed run takes 350 MB, 5,000 texts in archives 330: 100 to 140 MB are read ahead of a recording and a HAR that come
  together; of the texts, 100 MB are buffers and 40 MB streams that wait to be collected, in three threads whose collectors
  know nothing of each other, and 75 to 105 MB JavaScript's own heaps.
- The mixed run takes 5.4 s of processor time, client-zip 5.8 s. Most of it is what the floor has, deflate of the HAR (1 s)
  and hashes. 230 of its 400 MB are pictures and the recording, which deflate doesn't make smaller: no bundle of it is less
  than 264 MB, 66 % of a stored one.
- Small texts are in the report as they are deflated: in a bundle of nothing but texts it takes 5 of 26 MB more than to
  deflate them again, and a third less time.

200 runs of 300 artifacts through the queue (\`npm run bench:runs\`): quarters of 13.2, 12.3, 13.3 and 14.0 s, with peaks of
201, 234, 267 and 261 MB above idle.

A link of 100 Mbit/s is slower than all of that: there the mixed run is faster than \`curl\` and the peers, by archives.
Over 1 Gbit/s with 20 ms, 1,000 small files are a matter of latency: six connections, as \`curl\` has, are busy from 0.15 s
after the first request until the last file is there; what we take longer is the start and the end, 0.2 s each.

${[...new Set(all.map(({ machine }) => `Machine: ${machine}`))].join("\n")}

${tables.join("")}`;
}

/** When and how each was measured; who, where that was not the same for all. */
function commandsOf(figures: readonly Figures[]): string {
  const names = new Map<string, string[]>();
  for (const { measured, command, contender } of figures) {
    const how = `${measured}; \`${command}\``;
    names.set(how, [...(names.get(how) ?? []), contender]);
  }
  const lines = [...names];
  return lines.map(([how, who]) => (lines.length > 1 ? `${who.join(", ")}: ${how}` : how)).join("\n\n");
}

/** A Markdown table of contenders, the ratio that of the first, Runpack. */
export function table(figures: readonly Figures[], bytes: number): string {
  const ours = figures.find(({ contender }) => contender === "Runpack");
  const rows = figures.map((each) => {
    if (each.failure !== null) return [each.contender, `failed: ${each.failure}`, "", "", "", "", "", ""];
    const seconds = median(each.seconds);
    return [
      each.contender,
      `${seconds.toFixed(2)} s (${each.seconds.map((one) => one.toFixed(2)).join(", ")})`,
      ours && ours.failure === null ? (seconds / median(ours.seconds)).toFixed(2) : "",
      `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`,
      `${each.cpuSeconds.toFixed(1)} s`,
      each.memory === null ? "" : megabytes(each.memory),
      each.zipBytes === 0 ? "" : megabytes(each.zipBytes),
      megabytes(each.bytesWritten),
    ];
  });
  const head = ["", "time", "÷ Runpack", "throughput", "CPU", "memory", "ZIP", "written"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
