import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { FileWorker } from "@/platform/file-worker";

export default defineUnlistedScript(() => {
  const worker = new FileWorker((message, transfer = []) => self.postMessage(message, { transfer }));
  self.addEventListener("message", (event) => worker.receive(event.data));
});
