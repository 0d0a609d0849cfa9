import { expect, type Page } from "@playwright/test";
import { actions } from "./harness";

/** About a second's. */
export const FRAMES = 60;

/** What a page does that shows a running run: something new in every frame. */
export async function renderForASecond(page: Page): Promise<void> {
  await page.evaluate(async (frames) => {
    const box = document.createElement("div");
    document.body.append(box);
    for (let frame = 0; frame < frames; frame++) {
      box.replaceChildren(...Array.from({ length: 20 }, () => document.createElement("p")));
      await new Promise(requestAnimationFrame);
    }
    box.remove();
  }, FRAMES);
}

/** Goes to another run as the page's own links do, and waits until it is there with the buttons. */
export async function goInPage(page: Page, runId: string): Promise<void> {
  await page.evaluate((id) => {
    history.pushState(null, "", `/runs/${id}/overview`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, runId);
  await expect(page.locator("main header h2")).toHaveText(runId);
  await expect(actions(page).exportBundle).toBeVisible();
}
