import { createServer, type Server } from "node:http";

/** The invoices of the small portal that the recording visits. */
export const INVOICES = [
  { id: "2026-01", label: "January 2026", file: "invoice 2026-01.pdf", net: 1240, state: "Paid" },
  { id: "2026-03", label: "März 2026", file: "Rechnung für März — größe.pdf", net: 987.5, state: "Open" },
  { id: "2025-12", label: "December 2025", file: "invoice 2025-12.pdf", net: 310, state: "Paid" },
] as const;

const STYLE = `
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:#16202e;background:#eef2f7}
header{display:flex;justify-content:space-between;align-items:center;padding:14px 28px;background:#123a63;color:#fff}
header a{color:#cfe2f7;margin-left:18px;text-decoration:none}main{max-width:680px;margin:26px auto;background:#fff;padding:26px 30px;border-radius:10px;box-shadow:0 2px 10px #0001}
h1{font-size:23px;margin:0 0 16px}label{display:block;margin:12px 0 4px;font-weight:600}input{width:100%;padding:9px 11px;border:1px solid #b9c6d6;border-radius:6px;font:inherit}
button,.button{display:inline-block;margin-top:18px;padding:9px 18px;border:0;border-radius:6px;background:#1b6ec2;color:#fff;font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
table{width:100%;border-collapse:collapse}th,td{text-align:left;padding:9px 6px;border-bottom:1px solid #e1e7ef}td:last-child,th:last-child{text-align:right}
.paid{color:#17733c}.open{color:#b04a00}`;

const SCRIPT = `
console.log("portal ready", location.pathname);
fetch("/api/session").then((r) => r.json()).then((s) => console.info("session", s.state));
if (location.pathname === "/invoices") fetch("/api/invoices").then((r) => r.json()).then((all) => console.log("invoices loaded", all.length));
if (location.pathname.startsWith("/invoices/")) console.warn("preview is deprecated, use the PDF");
document.querySelector("form")?.addEventListener("submit", () => console.log("signing in"));
fetch("/api/banner").then((r) => { if (!r.ok) console.error("banner failed with", r.status); });`;

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} · ACME Supplier Portal</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/portal.css"></head>
<body><header><b>ACME Supplier Portal</b><nav><a href="/invoices">Invoices</a><a href="/">Sign out</a></nav></header>
<main>${body}</main><script src="/portal.js"></script></body></html>`;

const signIn = page(
  "Sign in",
  `<h1>Sign in</h1><form action="/invoices"><label for="user">User name</label><input id="user" name="user" autocomplete="off">
<label for="password">Password</label><input id="password" type="password" autocomplete="off"><button id="sign-in">Sign in</button></form>`,
);

const list = page(
  "Invoices",
  `<h1>Invoices</h1><table><thead><tr><th>Month</th><th>State</th><th>Net</th><th></th></tr></thead><tbody>${INVOICES.map(
    ({ id, label, net, state }) =>
      `<tr><td>${label}</td><td class="${state.toLowerCase()}">${state}</td><td>€ ${net.toFixed(2)}</td><td><a href="/invoices/${id}">Open</a></td></tr>`,
  ).join("")}</tbody></table>`,
);

function invoice({ id, label, net, state }: (typeof INVOICES)[number]): string {
  return page(
    `Invoice ${id}`,
    `<h1>Invoice ${id}</h1><p>${label} · <span class="${state.toLowerCase()}">${state}</span></p><table><tr><th>Position</th><th>Amount</th></tr>
<tr><td>Hosting, standard plan</td><td>€ ${(net * 0.8).toFixed(2)}</td></tr><tr><td>Support hours</td><td>€ ${(net * 0.2).toFixed(2)}</td></tr>
<tr><th>Net</th><th>€ ${net.toFixed(2)}</th></tr></table><a class="button" id="download" href="/files/${id}.pdf" download>Download PDF</a>`,
  );
}

interface Reply {
  status?: number;
  type: string;
  body: string | Buffer;
  filename?: string;
}

/** Serves the portal on loopback; `pdfs` are its files by invoice ID, and may be filled in later. */
export function startSite(pdfs: Map<string, Buffer>): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const reply = replyTo(path, pdfs);
    response.writeHead(reply.status ?? 200, {
      "content-type": reply.type,
      ...(reply.filename && {
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(reply.filename)}`,
      }),
    });
    response.end(reply.body);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address ? address.port : 0 });
    });
  });
}

function replyTo(path: string, pdfs: Map<string, Buffer>): Reply {
  const html = "text/html; charset=utf-8";
  if (path === "/") return { type: html, body: signIn };
  if (path === "/invoices") return { type: html, body: list };
  if (path === "/portal.css") return { type: "text/css", body: STYLE };
  if (path === "/portal.js") return { type: "text/javascript", body: SCRIPT };
  if (path === "/api/session")
    return { type: "application/json", body: '{"state":"signed in","user":"robot"}' };
  if (path === "/api/invoices") return { type: "application/json", body: JSON.stringify(INVOICES) };
  const found = INVOICES.find(({ id }) => path === `/invoices/${id}` || path === `/files/${id}.pdf`);
  const pdf = found && pdfs.get(found.id);
  if (found && path.startsWith("/invoices/")) return { type: html, body: invoice(found) };
  if (found && pdf) return { type: "application/pdf", body: pdf, filename: found.file };
  return { status: 404, type: "text/plain", body: "Not found" };
}
