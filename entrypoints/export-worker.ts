import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { ExportWorker } from "@/platform/export-worker";

export default defineUnlistedScript(() => {
  const worker = new ExportWorker((message) => self.postMessage(message));
  self.addEventListener("message", (event) => worker.receive(event.data));
});
