/** Serves the practice runs and leaves a Chromium with the production build and a stored key to the user. */
import { APP } from "../tests/e2e/harness";
import { INVOICE } from "../tests/practice/runs/ids";
import { fail, startPractice } from "./practice-session";

const NO_DISPLAY = `There is no display to open a browser window on. Start this on a desktop, or
  - npm run demo         does the main job in a browser without a window
  - xvfb-run npm run practice   with a virtual display (Debian package xvfb)`;

async function practice(): Promise<void> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY) throw new Error(NO_DISPLAY);
  const { runpack, server, close } = await startPractice({ headed: true });
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  console.log(`Chromium shows ${page.url()}, served by this script. All runs: ${APP}/runs`);
  console.log(`API key of the practice server, already stored: ${server.apiKey}`);
  console.log(
    `Downloads go to ${runpack.downloads} and are deleted at the end. Close the window or press Ctrl+C to end.`,
  );
  process.once("SIGINT", () => void runpack.context.close());
  await new Promise((resolve) => runpack.context.once("close", resolve));
  await close();
}

practice().catch(fail);
