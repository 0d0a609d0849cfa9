import type { ComponentChildren } from "preact";
import type { Server } from "@/core/settings/servers";
import type { MessageKey } from "@/core/text/words";
import { t } from "@/platform/words";

interface WelcomeProps {
  server: Server;
  openOptions: () => void;
}

/** From the installation to the first export. */
export function Welcome({ server, openOptions }: WelcomeProps) {
  const [page = ""] = server.uiOrigins;
  return (
    <main>
      <header class="mark">
        <img src="/icon/128.png" alt="" />
        <h1>{t("welcome_title")}</h1>
      </header>
      <p>{t("welcome_intro")}</p>
      <ol>
        <Step title="welcome_key" text="welcome_keyText" done={server.hasKey}>
          <OutLink href={`${page}/settings`}>{t("welcome_openKey")}</OutLink>
          <button type="button" class="button strong" onClick={openOptions}>
            {t("welcome_openOptions")}
          </button>
        </Step>
        <Step title="welcome_pin" text="welcome_pinText" done={false} />
        <Step title="welcome_try" text="welcome_tryText" done={false}>
          <OutLink href={`${page}/runs`}>{t("welcome_openRuns")}</OutLink>
        </Step>
      </ol>
      <section class="card stack">
        <h2>{t("welcome_sample")}</h2>
        <p>{t("welcome_sampleText")}</p>
        <p class="buttons">
          <OutLink href="/report.html?sample">{t("welcome_openSample")}</OutLink>
        </p>
      </section>
      <footer class="quiet">{t("options_unofficial")}</footer>
    </main>
  );
}

interface StepProps {
  title: MessageKey;
  text: MessageKey;
  done: boolean;
  children?: ComponentChildren;
}

function Step({ title, text, done, children }: StepProps) {
  return (
    <li class="card stack" data-done={done}>
      <h2>{t(title)}</h2>
      <p>{t(text)}</p>
      {done && <p class="good">{t("welcome_hasKey")}</p>}
      {children && <p class="buttons">{children}</p>}
    </li>
  );
}

function OutLink({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a class="button" href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
