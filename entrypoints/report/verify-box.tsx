import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { BadArchive } from "@/core/bundle/zip/read-archive";
import {
  commonRoot,
  folderFile,
  type GivenFile,
  type Verdict,
  verifyBag,
  zipFiles,
} from "@/core/report/verify";
import { droppedFiles } from "./dropped-files";
import { Section } from "./pieces";
import { t, words } from "./words";

type Check =
  | { kind: "nothing" }
  | { kind: "running"; fraction: number }
  | { kind: "ended"; verdict: Verdict }
  | { kind: "refused"; message: string };

const SHELL =
  "sha256sum -c manifest-sha256.txt && sha256sum -c tagmanifest-sha256.txt\n# macOS: shasum -a 256 -c manifest-sha256.txt";
const POWER_SHELL = `Get-Content manifest-sha256.txt, tagmanifest-sha256.txt | ForEach-Object {
  $hash, $path = $_ -split '  ', 2
  if ((Get-FileHash -Algorithm SHA256 -LiteralPath $path).Hash -ne $hash) { "CHANGED $path" }
}`;

/** Hashes the bundle again, here in the browser. */
export function VerifyBox() {
  const check = useSignal<Check>({ kind: "nothing" });
  const stop = useRef<AbortController | null>(null);
  const verify = async (files: () => Promise<GivenFile[]>) => {
    stop.current?.abort();
    const life = new AbortController();
    stop.current = life;
    check.value = { kind: "running", fraction: 0 };
    const result = await verdictOf(files, life.signal, (fraction) => {
      if (!life.signal.aborted) check.value = { kind: "running", fraction };
    });
    if (!life.signal.aborted) check.value = result;
  };
  const cancel = () => {
    stop.current?.abort();
    check.value = { kind: "nothing" };
  };
  return (
    <Section title={t("report_verify")}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the two buttons do the same by keyboard */}
      <div
        class="drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          // Before anything is waited for: what was dropped is gone after that.
          const dropped = droppedFiles(event.dataTransfer);
          void verify(() => dropped);
        }}
      >
        <p>{t("report_verifyIntro")}</p>
        <div class="row">
          <Chooser
            label={t("report_chooseZip")}
            accept=".zip"
            choose={(files) => void verify(() => filesOf(files))}
          />
          <Chooser label={t("report_chooseFolder")} choose={(files) => void verify(() => filesOf(files))} />
        </div>
        <div role="status">
          <Outcome check={check.value} cancel={cancel} />
        </div>
      </div>
      <details>
        <summary>{t("report_byHand")}</summary>
        <h3>{t("report_shell")}</h3>
        <pre class="text">{SHELL}</pre>
        <h3>{t("report_powerShell")}</h3>
        <pre class="text">{POWER_SHELL}</pre>
      </details>
    </Section>
  );
}

function Chooser({
  label,
  accept,
  choose,
}: {
  label: string;
  accept?: string;
  choose: (files: File[]) => void;
}) {
  const folder = accept === undefined ? { webkitdirectory: true } : { accept };
  return (
    <label class="button">
      {label}
      <input
        type="file"
        class="hidden-input"
        {...folder}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length > 0) choose(files);
        }}
      />
    </label>
  );
}

function Outcome({ check, cancel }: { check: Check; cancel: () => void }) {
  if (check.kind === "nothing") return null;
  if (check.kind === "refused") return <p class="bad-text">{check.message}</p>;
  if (check.kind === "running")
    return (
      <p>
        {`${t("report_verifying")} ${words.percent(check.fraction)}`}{" "}
        <progress max={1} value={check.fraction} aria-label={t("report_verifying")} />{" "}
        <button type="button" class="button" onClick={cancel}>
          {t("report_cancel")}
        </button>
      </p>
    );
  const { proven, changed, missing, extra } = check.verdict;
  const files = words.count("count_files", proven);
  const sound = changed.length + missing.length === 0;
  return (
    <>
      <p class={sound ? "good-text" : "bad-text"}>
        {sound ? t("report_verified", files) : t("report_notVerified", files)}
      </p>
      <Paths title={t("report_changed")} paths={changed} />
      <Paths title={t("report_gone")} paths={missing} />
      <Paths title={t("report_extra")} paths={extra} />
    </>
  );
}

function Paths({ title, paths }: { title: string; paths: readonly string[] }) {
  if (paths.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="plain-list">
        {paths.slice(0, 200).map((path) => (
          <li key={path}>
            <code>{path}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

async function verdictOf(
  files: () => Promise<GivenFile[]>,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<Check> {
  try {
    const verdict = await verifyBag(await files(), onProgress, signal);
    return verdict ? { kind: "ended", verdict } : { kind: "refused", message: t("report_noBag") };
  } catch (error) {
    if (signal.aborted) return { kind: "nothing" };
    return { kind: "refused", message: error instanceof BadArchive ? t("report_badZip") : String(error) };
  }
}

/** Chosen by hand: one ZIP, or the files of a folder. */
async function filesOf(files: File[]): Promise<GivenFile[]> {
  const [only] = files;
  if (files.length === 1 && only && !only.webkitRelativePath) return zipFiles(only);
  const root = commonRoot(files.map(({ webkitRelativePath }) => webkitRelativePath));
  return files.map((file) => folderFile(file.webkitRelativePath.slice(root.length), file));
}
