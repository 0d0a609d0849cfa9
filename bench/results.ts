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
      const [first] = figures;
      const bytes = work.parts.reduce((sum, { count, bytesEach }) => sum + count * bytesEach, 0);
      return [
        `## ${work.what}; ${link.what}`,
        table(figures, bytes),
        `${first?.measured}; \`${first?.command}\``,
        "",
      ].join("\n\n");
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

- 1,000 screenshots: 0.27 s from the click to the first file (background, its document, worker, list of the run); 2 s for
  the files; 0.2 s for the bundle's documents and until all is on the disk; 0.17 s for the browser's copy to the user's
  file. The worker is busy for 1.65 s, a third of it inside the browser's own \`fetch\`; writing takes 0.17 s, CRC-32 and
  SHA-256 0.2 s, the journal that makes a killed browser go on 0.14 s. With 12 files at once instead of 24 it takes 0.15 s
  more; writes without a copy, none less.
- 5,000 texts, each by a request of its own: 1.8 ms a file, of which 1.3 ms are the request's, 0.25 ms deflate and 0.1 ms the
  journal; 2.2 s to read them again for the report, in which they can be read and searched. Peers that are faster store
  the texts, or keep all in memory, and have no report. In 500 archives, the last of them is sent before half of
  the time is over; the rest is the report, too.
- Recordings are bound by SHA-256 in WebAssembly (200 MB/s a core; the browser's own does 1.6 GB/s, but wants a file
  whole), a HAR by one thread of deflate (62 MB/s), as zip.js is. The storing peers do neither; fflate and JSZip keep all in
  memory, and were not tried with 3 GB.
- Memory is flat: 115 MB above idle for 100 MB, 170 MB for 2 GB, 201 MB for 5 GB, 274 MB at most in 20 GB, where the
  server paused and a second file began. 55 MB of it are what Chromium reads ahead of a body that is taken slower than
  it comes (Blink's BufferingBytesConsumer, whose limit that is); so big files come one by one, where it was 0.7 GB
  with four at once. Asking for them in pieces would bound it, but Skyvern reads the whole file for each piece. Some 55 MB
  are the export's document, its workers and their WebAssembly. The mixed run takes more, 210 to 390 MB: 100 to 140 MB are
  read ahead of its recording and its HAR, which come together, and 80 to 180 MB are buffers that wait to be collected.
  5,000 texts in archives take as much: 140 MB of buffers, and 110 MB of JavaScript's own heaps.
- The mixed run takes 7.1 s of processor time, client-zip 5.6 s: the difference is deflate (1 s for the HAR, 1.2 s for the
  texts in the report) and hashes. 0.25 s pass until the first file, 2.4 s until all are there and proven, 1.5 s for the
  report, 0.4 s for the copy. In the first part both cores are busy; in the second, the exporting worker is for three
  quarters, and two threads deflate. 230 of its 400 MB are pictures and the recording, which deflate doesn't make
  smaller: no bundle of it is less than 264 MB.

200 runs of 300 artifacts through the queue (\`npm run bench:runs\`): quarters of 13.2, 12.3, 13.3 and 14.0 s, with peaks of
201, 234, 267 and 261 MB above idle.

A link of 100 Mbit/s is slower than all of that: there the mixed run is faster than \`curl\` and the peers, by archives.
Over 1 Gbit/s with 20 ms, 1,000 small files are a matter of latency: six connections, as \`curl\` has, are busy from 0.15 s
after the first request until the last file is there; what we take longer is the start and the end, 0.3 s each.

${[...new Set(all.map(({ machine }) => `Machine: ${machine}`))].join("\n")}

${tables.join("")}`;
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
