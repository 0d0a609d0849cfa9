/** Ordinary traffic of a run, by the megabyte, with a secret here and there: what redaction's speed is measured on. */
export function harOf(bytes: number): string {
  const rows: string[] = [];
  let length = 0;
  for (let index = 0; length < bytes; index++) {
    const entry = JSON.stringify(entryOf(index));
    length += entry.length + 1;
    rows.push(entry);
  }
  return `{"log":{"version":"1.2","pages":[],"entries":[${rows.join(",\n")}]}}`;
}

/** Lines of Skyvern's log. */
export function logOf(bytes: number): string {
  return repeated(bytes, (index) =>
    JSON.stringify({
      timestamp: new Date(1_780_000_000_000 + index * 37).toISOString(),
      level: index % 50 === 0 ? "warning" : "info",
      event: `Element ${index % 4000} of the page is visible and can be clicked`,
      step_id: `stp_${493_285_619 + index}`,
      url: `https://shop.example/orders/${index % 300}?page=${index % 9}&sort=date`,
      ...(index % 1000 === 0 ? { session_token: `Zq${index}vX${index * 7919}k` } : {}),
    }),
  );
}

function entryOf(index: number) {
  const body = {
    orders: Array.from({ length: 20 }, (_, row) => ({
      id: index * 20 + row,
      title: `Invoice of ${row + 1} March 2026, paid by transfer`,
      amount: `${row * 13}.90 EUR`,
      link: `/orders/${index * 20 + row}/invoice.pdf`,
      note: null,
    })),
    page: index,
  };
  return {
    startedDateTime: new Date(1_780_000_000_000 + index * 250).toISOString(),
    time: 31.7,
    request: {
      method: "GET",
      url: `https://shop.example/api/orders?page=${index}&sort=date`,
      httpVersion: "HTTP/2",
      headers: [
        { name: "accept", value: "application/json" },
        {
          name: "user-agent",
          value: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
        },
        { name: "cookie", value: `sid=Zq7vR8wK63tM4xB1${index % 40}; theme=dark` },
        { name: "referer", value: "https://shop.example/orders" },
      ],
      queryString: [
        { name: "page", value: String(index) },
        { name: "sort", value: "date" },
      ],
    },
    response: {
      status: 200,
      headers: [
        { name: "content-type", value: "application/json; charset=utf-8" },
        { name: "cache-control", value: "no-store" },
        { name: "date", value: "Tue, 24 Nov 2026 10:00:00 GMT" },
      ],
      content: { size: 2400, mimeType: "application/json", text: JSON.stringify(body) },
    },
    timings: { send: 0.1, wait: 29.2, receive: 2.4 },
  };
}

/** A page with a table, a search and a form, as it is scraped. */
export function pageOf(bytes: number): string {
  const rows = repeated(
    bytes,
    (index) => `<tr class="row ${index % 2 === 0 ? "even" : "odd"}" data-row="${index}">
  <td><a href="/orders/${index}/invoice.pdf?page=${index % 9}&amp;sort=date" class="link">Invoice of ${1 + (index % 28)} March 2026</a></td>
  <td>Paid by transfer to the branch office</td><td class="sum">€ ${index * 13}.90</td>
  <td><input type="checkbox" name="row-${index}" id="row-${index}"><button type="button" class="small">Open</button></td>
</tr>`,
  );
  const form =
    '<form action="/sign-in"><label for="user">User</label><input id="user" name="user">' +
    '<label for="word">Password</label><input id="word" type="password" value="Zq7!vR8wK63"></form>';
  return `<!DOCTYPE html><html><head><title>Orders</title></head><body>${form}<table>${rows}</table></body></html>`;
}

/** An element tree of Skyvern's. */
export function treeOf(bytes: number): string {
  const rows = repeated(
    bytes,
    (index) =>
      JSON.stringify({
        id: `A${index}`,
        tagName: index % 3 === 0 ? "a" : "td",
        attributes: index % 3 === 0 ? { href: `/orders/${index}`, class: "link" } : {},
        text: index % 7 === 0 ? `Invoice of ${1 + (index % 28)} March 2026, paid by transfer` : "",
        rect: { x: 612.484375, y: 14 + index, width: 159.515625, height: 22.5 },
        interactable: index % 3 === 0,
        children: [],
      }),
    ",",
  );
  return `{"tree":[${rows},{"tagName":"input","attributes":{"type":"password","value":"Zq7!vR8wK63"}}]}`;
}

/** What a model is asked, one prompt after another: how to answer, and the elements of a page. */
export function promptOf(bytes: number): string {
  const lines = repeated(bytes, (index) =>
    index % 400 === 0
      ? "Identify actions to help user progress towards the user goal using the DOM elements given in the list and the screenshot of the website.\n" +
        "Use only the DOM elements you are provided with. Reply in JSON format with the following keys:\n" +
        '{"actions": [{"reasoning": str, "confidence_float": float, "action_type": str, "id": str, "text": str}]}'
      : `<tr><td id="A${index}">Invoice of ${1 + (index % 28)} March 2026</td><td>€ ${index * 13}.90</td><a id="B${index}" href="/orders/${index}">Open</a></tr>`,
  );
  return `${lines}\nSign in with robot@shop.example, password: Zq7!vR8wK63\n`;
}

/** What a page writes into the browser's console. */
export function consoleOf(bytes: number): string {
  return repeated(bytes, (index) =>
    index % 3 === 0
      ? `${index} [error] Failed to load resource: the server responded with a status of 404 (Not Found)`
      : `${index} [log] orders loaded ${index % 300} from https://shop.example/orders/${index}?page=${index % 9}&sort=date`,
  );
}

function repeated(bytes: number, line: (index: number) => string, joint = "\n"): string {
  const lines: string[] = [];
  let length = 0;
  for (let index = 0; length < bytes; index++) {
    const next = line(index);
    length += next.length + joint.length;
    lines.push(next);
  }
  return lines.join(joint);
}
