import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { allowStorageHost, forgetStorageHost, storageHosts } from "@/platform/storage-hosts";
import { t } from "@/platform/words";

/** Hosts that files may be fetched from where the API can't serve them: folded away, since few need it. */
export function StorageHosts() {
  const hosts = useSignal<string[]>([]);
  const typed = useSignal("");
  const problem = useSignal("");
  const show = async () => {
    hosts.value = await storageHosts();
  };
  useEffect(() => void show().catch(() => {}), []);
  const run = (work: Promise<void>) => {
    work.then(show).catch(() => {
      problem.value = t("server_failed");
    });
  };
  const allow = async () => {
    const allowed = await allowStorageHost(typed.value);
    problem.value = allowed ? "" : t("server_storageRefused");
    if (allowed) typed.value = "";
  };
  return (
    <details>
      <summary>{t("server_storageHosts")}</summary>
      <form
        class="field"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          run(allow());
        }}
      >
        <p class="quiet">{t("server_storageHint")}</p>
        <div class="with-button">
          <input
            class="text"
            type="text"
            inputMode="url"
            autocomplete="off"
            spellcheck={false}
            aria-label={t("server_storageHost")}
            placeholder="https://bucket.s3.amazonaws.com"
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
          <button type="submit" class="button">
            {t("server_allow")}
          </button>
        </div>
        <p class="bad" aria-live="polite">
          {problem.value}
        </p>
      </form>
      <ul>
        {hosts.value.map((pattern) => (
          <li key={pattern} class="with-button">
            <code>{pattern.replace(/\/\*$/, "")}</code>
            <button type="button" class="button small" onClick={() => run(forgetStorageHost(pattern))}>
              {t("server_takeBack")}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
