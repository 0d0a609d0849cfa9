import type { ComponentChildren } from "preact";
import { optionsWords as words } from "@/core/text/words";

/** The options page around its sections. */
export function OptionsPage({ children }: { children: ComponentChildren }) {
  return (
    <main>
      <header class="mark">
        <img src="/icon/128.png" alt="" />
        <h1>{words.title}</h1>
      </header>
      <p>{words.intro}</p>
      {children}
      <section class="note">
        <h2>{words.privacy}</h2>
        <p>{words.privacyText}</p>
      </section>
      <footer class="quiet">{words.unofficial}</footer>
    </main>
  );
}
