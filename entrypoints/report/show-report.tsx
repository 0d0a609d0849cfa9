import { render } from "preact";
import type { ReportSource } from "@/core/report/report-source";
import { reportWords as words } from "@/core/text/report-words";
import { App } from "./app";
import { ReportState } from "./report-state";

/** Loads a report and shows it in `#app`. */
export async function showReport(source: ReportSource): Promise<void> {
  const place = document.getElementById("app");
  if (!place) return;
  render(<p class="empty">{words.loading}</p>, place);
  try {
    const state = new ReportState(await source.load(), source);
    render(<App state={state} />, place);
    document.documentElement.dataset.ready = "true";
  } catch (error) {
    render(
      <p class="empty" role="alert">
        {words.broken} <span class="quiet">{error instanceof Error ? error.message : String(error)}</span>
      </p>,
      place,
    );
  }
}
