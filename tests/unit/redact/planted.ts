import { Redactor, type TextFormat } from "@/core/redact/redactor";

/** A run with secrets planted in every place that redaction.md names; each is a value of its own. */
export interface Planted {
  files: { name: string; format: TextFormat; text: string }[];
  /** What must not come out, in whatever encoding. */
  secrets: string[];
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Values that no file of an untouched run would hold. */
export function plantedRun(): Planted {
  const secrets: string[] = [];
  let count = 0;
  /** A new secret: letters and digits, no known form. */
  const plant = (form = ""): string => {
    count++;
    const body = `Zq${(count * 7919).toString(36)}vX${(count * 104_729).toString(36)}k${count}`;
    const secret = `${form}${body}`;
    secrets.push(secret);
    return secret;
  };
  const exact = (secret: string): string => {
    secrets.push(secret);
    return secret;
  };
  const shared = plant();
  const password = exact("Sommer!2026+Käse&Brot");
  const jwt = exact("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P");
  const har = {
    log: {
      version: "1.2",
      pages: [{ id: "page_1", title: `Reset | token=${plant()}` }],
      entries: [
        {
          comment: `api key: ${plant()}`,
          request: {
            method: "POST",
            url: `https://bob:${plant()}@shop.example/login?access_token=${plant()}&page=2&state=${plant()}#id_token=${plant()}`,
            headers: [
              { name: "Authorization", value: `Bearer ${plant()}` },
              { name: "Proxy-Authorization", value: `Basic ${base64(`bob:${plant()}`)}` },
              { name: "Cookie", value: `sid=${plant()}; theme=${plant()}; connect.sid=s%3A${plant()}` },
              { name: "X-Api-Key", value: plant() },
              { name: "X-Acme-Session-Token", value: plant() },
              { name: "X-Amz-Security-Token", value: plant() },
              {
                name: "Referer",
                value: `https://shop.example/reset/${plant()}${"a1".repeat(6)}?otp=${plant()}`,
              },
              { name: "Accept", value: "text/html" },
            ],
            cookies: [{ name: "csrftoken", value: plant() }],
            queryString: [
              { name: "code", value: plant() },
              { name: "SAMLResponse", value: plant() },
              { name: "page", value: "2" },
            ],
            postData: {
              mimeType: "application/x-www-form-urlencoded",
              text: `user=bob&password=${encodeURIComponent(password)}&remember=1`,
              params: [{ name: "passwd", value: plant() }],
            },
          },
          response: {
            headers: [
              { name: "Set-Cookie", value: `session=${plant()}; Path=/; HttpOnly; SameSite=Lax` },
              { name: "Location", value: `https://shop.example/cb?code=${plant()}&client_secret=${plant()}` },
            ],
            redirectURL: `https://shop.example/cb?ticket=${plant()}`,
            content: {
              mimeType: "application/json",
              text: JSON.stringify({
                user: "bob",
                accessToken: plant(),
                refresh_token: plant(),
                card: { card_number: "4111 1111 1111 1111", cvv: 737, holder: "Bob" },
                nested: JSON.stringify({ clientSecret: plant(), note: "fine" }),
              }),
            },
            _webSocketMessages: [{ type: "send", data: JSON.stringify({ auth_token: plant() }) }],
          },
        },
        {
          request: {
            method: "POST",
            url: "https://shop.example/graphql",
            headers: [],
            postData: {
              mimeType: "text/plain",
              text: JSON.stringify({
                query: "mutation Login",
                variables: { password: plant(), otp: 493817 },
              }),
            },
          },
          response: {
            content: { encoding: "base64", text: base64(`<input type="password" value="${plant()}">`) },
          },
        },
        {
          request: {
            method: "POST",
            url: `https://shop.example/go?next=${encodeURIComponent(`https://x.example/?token=${plant()}`)}`,
            postData: {
              mimeType: "multipart/form-data; boundary=xx",
              text: `--xx\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n${shared}\r\n--xx--`,
            },
          },
          response: { content: { text: "plain answer, nothing to see" } },
        },
      ],
    },
  };
  secrets.push("4111 1111 1111 1111");
  const html = `<!doctype html><html><head><meta name="csrf-token" content="${plant()}"><title>Sign in</title></head>
<body><form action="/login?sessionid=${plant()}"><label>User</label><input name="user" value="bob">
<input type="password" name="p" value="${plant()}"><input type="hidden" name="authenticity_token" value="${plant()}">
<input type=hidden name=blob value=${plant()}xx99><div data-api-key="${plant()}">Welcome back, Bob</div>
<table><tr><td>API key</td><td>${plant()}</td></tr><tr><td>Name</td><td>Bob</td></tr></table>
<script>window.config = { "secretKey": "${plant()}", stripe: "${plant("sk_live_")}" };</script>
<p>Your password is ${password.replaceAll("&", "&amp;")} since Monday.</p></form></body></html>`;
  const trace = [
    { type: "before", callId: "1", method: "fill", params: { selector: "#password", value: plant() } },
    { type: "before", callId: "2", method: "click", params: { selector: "text=Sign in" } },
    {
      type: "resource-snapshot",
      snapshot: {
        request: {
          url: "https://shop.example/",
          headers: [{ name: "authorization", value: `Token ${plant()}` }],
        },
      },
    },
  ];
  const llmRequest = {
    model: "gpt",
    max_tokens: 4096,
    messages: [
      { role: "system", content: "You fill in forms." },
      {
        role: "user",
        content: [
          { type: "text", text: `Sign in with ${JSON.stringify({ username: "bob", password })} and go on.` },
          { type: "image_url", image_url: { url: `data:image/png;base64,${base64("PNG".repeat(60))}` } },
        ],
      },
    ],
  };
  const log = [
    "2026-11-24T10:00:00Z [info] starting run wr_493285619334750001 with 3 tokens left of max_tokens=4096",
    `2026-11-24T10:00:01Z [debug] > Authorization: Bearer ${plant()}`,
    `2026-11-24T10:00:02Z [debug] curl -u bob:${plant()} https://shop.example/`,
    `2026-11-24T10:00:03Z [info] password=${plant()} accepted`,
    `2026-11-24T10:00:04Z [error] JWT ${jwt} expired`,
    `2026-11-24T10:00:05Z [info] aws ${exact("AKIAIOSFODNN7EXAMPLE")} gh ${exact("ghp_16C7e42F292c6912E7710c838347Ae178B4a")}`,
    `2026-11-24T10:00:06Z [info] slack https://hooks.slack.com/services/T00000000/B00000000/${plant()}`,
    `2026-11-24T10:00:07Z [info] openai ${exact("sk-proj-abcdefghijklmnopqrstuvwxyz0123456789")} iban ${exact("DE89370400440532013000")}`,
    `2026-11-24T10:00:08Z [info] {"event": "vault", "client_secret": "${plant()}"}`,
    `2026-11-24T10:00:09Z [info] shared value seen again: ${shared} and ${encodeURIComponent(password)}`,
    `2026-11-24T10:00:10Z [info] once more ${base64(`prefix ${password} suffix`)} and ${Buffer.from(shared).toString("hex")}`,
    "-----BEGIN RSA PRIVATE KEY-----",
    exact("MIIEowIBAAKCAQEAplantedplantedplanted0123456789"),
    "-----END RSA PRIVATE KEY-----",
    "2026-11-24T10:00:11Z [info] done, 12 files, duration 31.5 s, order 4532 shipped on 2026-11-20",
  ].join("\n");
  const workflowRun = {
    workflow_run_id: "wr_493285619334750001",
    browser_session_id: "pbs_493285619334750002",
    extra_http_headers: { "X-Tenant": plant(), Authorization: `Bearer ${plant()}` },
    totp_verification_url: `https://totp.example/code?account=bob&seed=${plant()}`,
    totp_identifier: exact("bob-totp@shop.example"),
    webhook_callback_url: `https://hooks.example/in?k=${plant()}`,
    proxy_url: `http://proxy:${plant()}@10.0.0.1:8080`,
    parameters: { invoice_month: "2026-03", login_password: plant(), pin: 8361 },
    total_steps: 12,
    credits_used: 1,
  };
  const credentialValue = plant();
  const more = oddSpellings(plant, exact);
  const definition = {
    parameters: [
      { parameter_type: "bitwarden_login_credential", key: "bank_login", bitwarden_item_id: plant() },
      { key: "portal_login", workflow_parameter_type: "credential_id", default_value: plant() },
      { key: "invoice_month", workflow_parameter_type: "string", default_value: "2026-03" },
    ],
  };
  const raw = JSON.stringify(workflowRun).replace('"credits_used":1', '"credits_used":9007199254740993');
  const tree = [
    { tagName: "input", attributes: { type: "password", name: "password", value: plant() }, text: "" },
    {
      tagName: "a",
      attributes: { href: `/invite/${plant()}${"b2".repeat(6)}` },
      text: "Open the invitation",
    },
  ];
  const actions = [
    { action_type: "input_text", text: plant(), reasoning: "Type the password into the field." },
    { action_type: "click", text: null, reasoning: "Press the button." },
  ];
  return {
    secrets: [...new Set(secrets)],
    files: [
      { name: "har.har", format: "har", text: JSON.stringify(har, null, 2) },
      { name: "page.html", format: "html", text: html },
      { name: "trace.trace", format: "jsonl", text: trace.map((line) => JSON.stringify(line)).join("\n") },
      { name: "llm_request.json", format: "json", text: JSON.stringify(llmRequest) },
      {
        name: "prompt.txt",
        format: "text",
        text: `Sign in as bob. The password: ${password}\nThen download the invoice.`,
      },
      { name: "skyvern.log", format: "text", text: log },
      { name: "workflow-run.json", format: "json", text: raw },
      { name: "definition.json", format: "json", text: JSON.stringify(definition) },
      {
        name: "values.json",
        format: "json",
        text: JSON.stringify({ parameters: { portal_login: credentialValue, invoice_month: "2026-03" } }),
      },
      ...more,
      { name: "tree.json", format: "json", text: JSON.stringify(tree) },
      { name: "actions.json", format: "json", text: JSON.stringify(actions) },
    ],
  };
}

/** Spellings that simple rules miss, each found to leak once. */
function oddSpellings(plant: (form?: string) => string, exact: (secret: string) => string): Planted["files"] {
  const cookie = `x/y=${plant()}`;
  const umlaut = exact("gr\u00fcn/9&Qz7Kk2mTp");
  const har = {
    log: {
      entries: [
        {
          request: {
            headers: [
              { value: plant(), name: "X-Api-Key" },
              { name: "Cookie", value: `c=${encodeURIComponent(cookie)}` },
            ],
            rawHeaders: ["Host", "shop.example", "X-Auth-Token", plant()],
            headerPairs: [
              ["X-Session-Token", plant()],
              ["Accept", "text/html"],
            ],
            url: `https://shop.example/go?to=${encodeURIComponent(`https://bob:${plant()}@x.example/`)}`,
            queryString: [{ value: exact("739158"), name: "otp" }],
            postData: {
              mimeType: "multipart/form-data; boundary=yy",
              text: `--yy\r\nContent-Disposition: form-data; name="private_key"\r\n\r\nfirst line\r\n${plant()}\r\n--yy--`,
            },
          },
          response: {
            redirectURL: `https://api.telegram.org/bot123456789:AA${plant()}${"c3".repeat(8)}/sendMessage`,
            content: { text: JSON.stringify({ password: umlaut, code: plant("Ab"), session: plant("Cd") }) },
          },
        },
      ],
    },
  };
  const html = `<label>Password</label><input type="text" value="${plant()}">
<label for="otp-field">One-time passcode</label><p>Look at your phone.</p><input id="otp-field" value="${exact("551907")}">
<div data-props="{&quot;apiKey&quot;:&quot;${plant()}&quot;,&quot;page&quot;:2}">Prices</div>
<textarea name="private_key" rows="4">${plant()}</textarea>`;
  const log = [
    `Enter ${exact("483921")} as the one-time code`,
    `seen again: gr%c3%BCn%2F9%26Qz7Kk2mTp and ${cookie}`,
    "order 4532 shipped in 3 parcels",
  ].join("\n");
  return [
    { name: "second.har", format: "har", text: JSON.stringify(har) },
    { name: "second.html", format: "html", text: html },
    { name: "second.log", format: "text", text: log },
  ];
}

/** The secrets that stand in a text: plain, URL-decoded, escaped, in base64 or hex. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  const decodedUrl = decodeUrl(decodeUrl(text));
  const unescaped = text.replaceAll("&amp;", "&").replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  const blobs = (text.match(/[A-Za-z0-9+/_-]{16,}={0,2}/g) ?? []).map((blob) =>
    Buffer.from(blob.replaceAll("-", "+").replaceAll("_", "/"), "base64").toString("utf8"),
  );
  const hexes = (text.match(/(?:[0-9a-fA-F]{2}){6,}/g) ?? []).map((blob) =>
    Buffer.from(blob, "hex").toString("utf8"),
  );
  const all = [text, decodedUrl, unescaped, ...blobs, ...hexes].join("\n");
  return secrets.filter((secret) => all.includes(secret));
}

function decodeUrl(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** All files of a run through both passes, in chunks of so many bytes. */
export function shareSafe(files: Planted["files"], chunk = 1000) {
  const redactor = new Redactor([]);
  for (const { format, text } of files) {
    const pass = redactor.learning(format);
    for (const part of chunks(text, chunk)) pass.write(part);
    pass.finish();
  }
  redactor.seal();
  const out = files.map(({ name, format, text }) => {
    const pass = redactor.redacting(name, format);
    const parts = chunks(text, chunk).map((part) => pass.write(part));
    return { name, format, text: parts.join("") + pass.finish() };
  });
  return { out, ledger: redactor.ledger() };
}

function chunks(text: string, size: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

/** Words of a text that are none of the planted ones. */
export function keptShare(before: string, after: string, secrets: readonly string[]): number {
  const words = (text: string) => text.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  // A secret's own pieces, as they stand in another encoding, are no text to keep.
  const encoded = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), `s:${secret}`]);
  const secretWords = new Set(
    [...encoded, ...encoded.map(encodeURIComponent), "RSA PRIVATE KEY"].flatMap(words),
  );
  const counts = new Map<string, number>();
  for (const word of words(after)) counts.set(word, (counts.get(word) ?? 0) + 1);
  let total = 0;
  let kept = 0;
  for (const word of words(before)) {
    // Base64 and the like are one word, and may hold a secret.
    if (secretWords.has(word) || word.length > 20) continue;
    total++;
    const left = counts.get(word) ?? 0;
    if (left === 0) continue;
    counts.set(word, left - 1);
    kept++;
  }
  return kept / total;
}
