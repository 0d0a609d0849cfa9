/** What a report opened from disk may do: load its neighbours, nothing else; no network, no frames, no inline code. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'";

/** `index.html` of a bundle. @param title in words; stands in the browser's tab */
export function reportPage(title: string): string {
  return `<!doctype html>
<html lang="en">
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
    <noscript>This report needs JavaScript, which it brings along. The files of the run are in the folder data.</noscript>
    <script src="report/app.js"></script>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
