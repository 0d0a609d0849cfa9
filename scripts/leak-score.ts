/** How much of a run full of planted secrets a share-safe export leaks, beside an untouched one: `npm run leaks`. */
import { keptShare, leaksIn, plantedRun, shareSafe } from "../tests/unit/redact/planted";

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
