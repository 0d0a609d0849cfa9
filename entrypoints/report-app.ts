import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { showReport } from "./report/show-report";
import { DiskSource } from "./report/source";

/** The report of an unzipped bundle: each bundle has a copy as `report/app.js`. */
export default defineUnlistedScript(() => void showReport(new DiskSource()));
