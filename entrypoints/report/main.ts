import { PreviewSource } from "@/platform/preview-source";
import { showReport } from "./show-report";
import "../report-look.css";

/** `report.html?run=…`: the report of a run that is not exported. */
void showReport(new PreviewSource(new URLSearchParams(location.search).get("run") ?? ""));
