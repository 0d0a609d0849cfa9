import { PreviewSource } from "@/platform/preview-source";
import { showReport } from "./show-report";
import "../report-look.css";

/** `report.html?run=…&server=…`: the report of a run that is not exported. */
const asked = new URLSearchParams(location.search);
void showReport(new PreviewSource(asked.get("run") ?? "", asked.get("server")));
