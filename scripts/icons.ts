/** Draws the icons from their sources: `npm run icons`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { findChromium } from "./browser";
import { ICON_SIZES } from "./package-rules";

const FOLDER = fileURLToPath(new URL("../public/icon/", import.meta.url));
/** Up to here the drawing is made of whole pixels. */
const SMALL = 16;

async function drawIcons(): Promise<void> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    for (const size of ICON_SIZES) {
      const source = readFileSync(`${FOLDER}${size <= SMALL ? "icon-small" : "icon"}.svg`, "base64");
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(
        `<body style="margin:0"><img width="${size}" height="${size}" style="display:block" src="data:image/svg+xml;base64,${source}">`,
      );
      await page.locator("img").screenshot({ path: `${FOLDER}${size}.png`, omitBackground: true });
    }
  } finally {
    await browser.close();
  }
}

await drawIcons();
