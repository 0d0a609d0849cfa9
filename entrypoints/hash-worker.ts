import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { HashWorker } from "@/platform/hash-worker";

export default defineUnlistedScript(() => {
  const worker = new HashWorker((message, transfer = []) => self.postMessage(message, { transfer }));
  self.addEventListener("message", (event) => worker.receive(event.data));
});
