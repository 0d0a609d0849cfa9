import { RunpackError } from "@/core/skyvern/errors";
import { errorText } from "@/core/text/error-text";
import { PreviewSource } from "@/platform/preview-source";
import { words } from "@/platform/words";
import { showReport } from "./show-report";
import { speak } from "./words";
import "../report-look.css";

/** `report.html?run=…&server=…`: the report of a run that is not exported. */
speak(words);
const asked = new URLSearchParams(location.search);
void showReport(new PreviewSource(asked.get("run") ?? "", asked.get("server")), (error) =>
  error instanceof RunpackError ? errorText(words, error.view) : null,
);
