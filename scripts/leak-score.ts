/** How much of runs full of planted secrets a share-safe export leaks, beside an untouched one, and how fast: `npm run leaks`. */
import { Redactor, type TextFormat } from "../core/redact/redactor";
import { keptShare, leaksIn, plantedRun, shareSafe } from "../tests/unit/redact/planted";
import { PROBES } from "../tests/unit/redact/probes";
import { consoleOf, harOf, logOf, pageOf, promptOf, treeOf } from "../tests/unit/redact/traffic";

const MEGABYTE = 1_000_000;
const CHUNK = 65_536;

const { files, secrets } = plantedRun();
const { out, ledger } = shareSafe(files);
const rows = files.map(({ name, text }, index) => ({
  file: name,
  planted: leaksIn(text, secrets).length,
  untouched: leaksIn(text, secrets).length,
  "share-safe": leaksIn(out[index]?.text ?? "", secrets).length,
  "other text kept": `${(keptShare(text, out[index]?.text ?? "", secrets) * 100).toFixed(1)} %`,
}));
console.table(rows);
const all = (texts: readonly { text: string }[]) => texts.map(({ text }) => text).join("\n");
console.log(
  `${secrets.length} secrets: untouched leaks ${leaksIn(all(files), secrets).length}, share-safe ${leaksIn(all(out), secrets).length}; ` +
    `${(keptShare(all(files), all(out), secrets) * 100).toFixed(1)} % of the other text kept; ${ledger.length} lines in the ledger`,
);

const leaking = PROBES.filter(
  ({ format, text, secret }) =>
    leaksIn(all(shareSafe([{ name: "probe", format, text }]).out), [secret]).length > 0,
);
for (const { place } of leaking) console.log(`leaks: ${place}`);
console.log(`${PROBES.length} attacks: untouched leaks ${PROBES.length}, share-safe ${leaking.length}`);

interface Speed {
  byClock: number;
  /** A busy machine hardly changes it; it counts the engine's other threads, which compile and collect beside. */
  byProcessor: number;
}

/** Megabytes a second of both passes over a text. */
function timed(format: TextFormat, text: string): [Speed, Speed] {
  const bytes = new TextEncoder().encode(text);
  const redactor = new Redactor([]);
  const pass = (through: ReturnType<Redactor["learning"]>) => {
    const before = process.cpuUsage();
    const began = performance.now();
    for (let at = 0; at < bytes.length; at += CHUNK) through.write(bytes.subarray(at, at + CHUNK));
    through.finish();
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(before);
    const megabytes = bytes.length / MEGABYTE;
    return { byClock: megabytes / seconds, byProcessor: megabytes / ((user + system) / 1_000_000) };
  };
  const learning = pass(redactor.learning(format));
  redactor.seal();
  return [learning, pass(redactor.redacting("file", format))];
}

const inWords = ({ byClock, byProcessor }: Speed): string =>
  `${byClock.toFixed(0)} MB/s (${byProcessor.toFixed(0)} of processor time)`;
for (const [name, format, make] of [
  ["HAR", "har", harOf],
  ["log", "jsonl", logOf],
  ["console", "jsonl", consoleOf],
  ["element tree", "json", treeOf],
  ["page", "html", pageOf],
  ["prompt", "text", promptOf],
] as const) {
  const [learning, redacting] = timed(format, make(20 * MEGABYTE));
  console.log(`${name}: learnt at ${inWords(learning)}, written at ${inWords(redacting)}`);
}
if (leaking.length > 0) process.exitCode = 1;
