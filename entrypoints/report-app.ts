import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { type Catalog, catalogWords } from "@/core/text/catalog";
import { showReport } from "./report/show-report";
import { DiskSource } from "./report/source";
import { speak } from "./report/words";

declare global {
  /** Stands before this code in a bundle (core/report/page.ts). */
  var runpackTexts: Catalog;
}

/** The report of an unzipped bundle: each bundle has a copy as `report/app.js`. */
export default defineUnlistedScript(() => {
  speak(catalogWords(globalThis.runpackTexts));
  void showReport(new DiskSource());
});
