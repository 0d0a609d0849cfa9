import { type Catalog, catalogWords } from "../text/catalog";
import type { MessageKey } from "../text/words";

/** Keys of the texts that the report page has of its own. */
const REPORT_KEYS = /^(?:report|count|unit)_/;
export type ReportKey = Extract<MessageKey, `${"report" | "count" | "unit"}_${string}`>;

/** What a report opened from disk may do: load its neighbours, nothing else; no network, no frames, no inline code. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'";

/** `index.html` of a bundle. @param title in words; stands in the browser's tab */
export function reportPage(title: string, texts: Catalog): string {
  const { locale, t } = catalogWords(texts);
  return `<!doctype html>
<html lang="${escaped(locale)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escaped(title)}</title>
    <link rel="stylesheet" href="report/app.css" />
  </head>
  <body>
    <div id="app"></div>
    <noscript>${escaped(t("report_noScript"))}</noscript>
    <script src="report/app.js"></script>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** `report/app.js`: the page's code behind its texts, so that one never comes without the other. */
export function reportScript(app: string, { locale, texts }: Catalog): string {
  const own = Object.entries(texts).filter(([key]) => REPORT_KEYS.test(key));
  const catalog: Catalog = { locale, texts: Object.fromEntries(own) };
  return `var runpackTexts=${JSON.stringify(catalog)};\n${app}`;
}
