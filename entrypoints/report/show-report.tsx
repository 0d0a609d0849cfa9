import { render } from "preact";
import type { ReportSource } from "@/core/report/report-source";
import { App } from "./app";
import { ReportState } from "./report-state";
import { t } from "./words";

/**
 * Loads a report and shows it in `#app`.
 * @param explain an error in words for the user; null for one that it has none for
 */
export async function showReport(
  source: ReportSource,
  explain: (error: unknown) => string | null = () => null,
): Promise<void> {
  const place = document.getElementById("app");
  if (!place) return;
  render(<p class="empty">{t("report_loading")}</p>, place);
  try {
    const state = new ReportState(await source.load(), source);
    render(<App state={state} />, place);
    document.documentElement.dataset.ready = "true";
  } catch (error) {
    const explained = explain(error);
    render(
      <p class="empty" role="alert">
        {explained ?? t("report_broken")}{" "}
        {explained === null && (
          <span class="quiet">{error instanceof Error ? error.message : String(error)}</span>
        )}
      </p>,
      place,
    );
  }
}
