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
  const lines: string[] = [];
  let length = 0;
  for (let index = 0; length < bytes; index++) {
    const line = JSON.stringify({
      timestamp: new Date(1_780_000_000_000 + index * 37).toISOString(),
      level: index % 50 === 0 ? "warning" : "info",
      event: `Element ${index % 4000} of the page is visible and can be clicked`,
      step_id: `stp_${493_285_619 + index}`,
      url: `https://shop.example/orders/${index % 300}?page=${index % 9}&sort=date`,
      ...(index % 1000 === 0 ? { session_token: `Zq${index}vX${index * 7919}k` } : {}),
    });
    length += line.length + 1;
    lines.push(line);
  }
  return lines.join("\n");
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
