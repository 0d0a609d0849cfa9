import { HOSTILE } from "./hostile";

/** A HAR of a run with `count` requests; some are damaged, some fail. */
export function sampleHar(count: number, start: number): string {
  const kinds = ["text/html; charset=utf-8", "application/json", "text/css", "image/png", "text/javascript"];
  const entries: unknown[] = Array.from({ length: count }, (_, index) => ({
    startedDateTime: new Date(start + index * 180).toISOString(),
    time: 20 + ((index * 37) % 900),
    request: {
      method: index % 7 === 3 ? "POST" : "GET",
      url: `https://portal.acme.example/${["invoices", "api/session", "static/app", "search"][index % 4]}?page=${index}`,
      headers: [{ name: "accept", value: "*/*" }],
    },
    response: {
      status: index % 41 === 40 ? 500 : index % 23 === 22 ? 404 : 200,
      headers: [{ name: "server", value: HOSTILE.image }],
      content: { size: (index * 7919) % 250_000, mimeType: kinds[index % kinds.length] },
    },
  }));
  entries.push({ startedDateTime: "yesterday", request: { url: HOSTILE.address } }, "no entry", null);
  return JSON.stringify({ log: { version: "1.2", creator: { name: HOSTILE.script }, entries } });
}

export function sampleLog(count: number): string {
  const levels = ["info", "log", "debug", "info", "warning", "error"];
  return Array.from(
    { length: count },
    (_, line) =>
      `${String(line).padStart(4, "0")} [${levels[(line * 7) % levels.length]}] ${
        line % 200 === 100 ? HOSTILE.script : `element e${(line * 31) % 977} is ready after ${line % 503} ms`
      }\n`,
  ).join("");
}

export function samplePrompt(step: number): string {
  return `# Goal\nDownload the invoice of month ${step}.\n\n# Rules\n${"Act only on elements of the tree. ".repeat(40)}\n\n${HOSTILE.image}\n`;
}

export function sampleAnswer(step: number): string {
  return JSON.stringify({
    choices: [{ message: { role: "assistant", content: `{"action": "click", "id": "e${step}"}` } }],
    usage: { prompt_tokens: 4000 + step, completion_tokens: 120 },
  });
}

/** IDs past 2^53: they must be shown as they are. */
export function sampleParsed(step: number): string {
  return `{"actions":[{"action_type":"CLICK","id":"e${step}","reasoning":${JSON.stringify(HOSTILE.script)},"request":9007199254740993}]}`;
}

export function sampleElements(step: number): string {
  const element = (index: number) => ({
    id: `e${index}`,
    tagName: index % 3 === 0 ? "a" : "button",
    text: index === 5 ? HOSTILE.image : `Invoice ${step}-${index}`,
    attributes: { role: "button", "aria-label": `Open ${index}` },
  });
  return JSON.stringify([
    { id: "root", tagName: "main", children: Array.from({ length: 60 }, (_, i) => element(i)) },
  ]);
}
