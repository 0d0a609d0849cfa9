import { RunpackError } from "@/core/skyvern/errors";
import { errorText } from "@/core/text/error-text";
import { PreviewSource } from "@/platform/preview-source";
import { showLanguage, words } from "@/platform/words";
import { SampleSource } from "./sample-source";
import { showReport } from "./show-report";
import { speak } from "./words";
import "../report-look.css";

/** `report.html?run=…&server=…`: the report of a run that is not exported. `report.html?sample`: of a made-up one. */
speak(words);
showLanguage(document);
const asked = new URLSearchParams(location.search);
const source = asked.has("sample")
  ? new SampleSource()
  : new PreviewSource(asked.get("run") ?? "", asked.get("server"));
void showReport(source, (error) => (error instanceof RunpackError ? errorText(words, error.view) : null));
