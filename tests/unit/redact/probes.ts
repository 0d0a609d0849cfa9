import type { TextFormat } from "@/core/redact/redactor";

/** One way of hiding one secret in one file. */
export interface Probe {
  place: string;
  format: TextFormat;
  text: string;
  /** What must not come out. */
  secret: string;
}

const RANDOM = "Zq7vR8wK63tM4xB1";
const PASSWORD = "Tr0ub4dor&3";
const HEX = "9f86d081884c7d659a2feaa0c55ad015";
const LETTERS = "opensesameplease";
const DIGITS = "483920";

const json = (value: unknown): string => JSON.stringify(value);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const entities = (text: string): string =>
  Array.from(text, (character) => `&#${character.charCodeAt(0)};`).join("");

/** JSON in a text in JSON, so deep. */
const nested = (depth: number, value: unknown): string =>
  depth === 0 ? json(value) : json({ body: nested(depth - 1, value) });

type Row = [place: string, text: (secret: string) => string, secret?: string];

const rows = (format: TextFormat, given: Row[]): Probe[] =>
  given.map(([place, text, secret = RANDOM]) => ({ place, format, text: text(secret), secret }));

/** A HAR of one entry. */
const har = (request: object, response: object = {}, more: object = {}): string =>
  json({
    log: {
      entries: [{ request: { method: "GET", url: "https://a.example/", ...request }, response, ...more }],
    },
  });
const header = (name: string, value: string): string => har({ headers: [{ name, value }] });
const body = (text: string, mimeType = "text/plain"): string => har({}, { content: { mimeType, text } });
const posted = (text: string, mimeType = "text/plain"): string => har({ postData: { mimeType, text } });
const url = (address: string): string => har({ url: address });

const HEADERS: Row[] = [
  ["Ocp-Apim-Subscription-Key", (s) => header("Ocp-Apim-Subscription-Key", s), HEX],
  ["X-Shopify-Access-Token", (s) => header("X-Shopify-Access-Token", s)],
  ["X-Hub-Signature-256", (s) => header("X-Hub-Signature-256", `sha256=${s}`), HEX],
  ["CF-Access-Client-Secret", (s) => header("CF-Access-Client-Secret", s)],
  ["X-Goog-IAP-JWT-Assertion", (s) => header("X-Goog-IAP-JWT-Assertion", s)],
  ["X-Forwarded-Authorization", (s) => header("X-Forwarded-Authorization", `Bearer ${s}`)],
  ["Authentication", (s) => header("Authentication", `hmac ${s}`)],
  ["DPoP", (s) => header("DPoP", s)],
  ["X-Passcode", (s) => header("X-Passcode", s), LETTERS],
  ["WebSocket protocols that carry a token", (s) => header("Sec-WebSocket-Protocol", `access_token, ${s}`)],
  ["Refresh", (s) => header("Refresh", `0; url=https://a.example/?token=${s}`)],
  ["Link", (s) => header("Link", `<https://a.example/?access_token=${s}>; rel="next"`)],
  ["the pseudo header :path", (s) => header(":path", `/in?session_id=${s}`)],
  ["a digest", (s) => header("Authorization", `Digest username="bob", nonce="x1", response="${s}"`), HEX],
  ["AWS signature", (s) => header("Authorization", `AWS4-HMAC-SHA256 Credential=x/y, Signature=${s}`), HEX],
  ["headers as lists of values", (s) => har({ headers: { "X-Api-Key": [s] } })],
  ["headers as lines in a list", (s) => har({ headers: ["Host: a.example", `X-Api-Key: ${s}`] })],
  ["headers as raw text", (s) => har({ _rawHeaders: `GET / HTTP/1.1\r\nHost: a\r\nX-Auth-Token: ${s}\r\n` })],
  ["a cookie in raw text", (s) => har({ headersText: `GET / HTTP/1.1\r\nCookie: a=1; b=${s}\r\n\r\n` })],
];

const ADDRESSES: Row[] = [
  ["jsessionid in the path", (s) => url(`https://a.example/p;jsessionid=${s}?x=1`)],
  ["a fragment of a router", (s) => url(`https://a.example/#/callback?access_token=${s}`)],
  ["a percent code in the name", (s) => url(`https://a.example/?%74oken=${s}`)],
  ["a percent code in mid-name", (s) => url(`https://a.example/?pass%77ord=${s}`), LETTERS],
  ["mixed-case percent codes", (s) => url(`https://a.example/?to=%2fb%3fx%3D1%26token%3d${s}`)],
  ["three times encoded", (s) => url(`https://a.example/?to=%25252Fb%25253Ftoken%25253D${s}`)],
  ["a list parameter", (s) => url(`https://a.example/?token[]=${s}`)],
  ["a dotted parameter", (s) => url(`https://a.example/?auth.password=${s}`), LETTERS],
  ["base64 JSON in a parameter", (s) => url(`https://a.example/?data=${base64(json({ token: s }))}`)],
  [
    "base64url JSON in a parameter",
    (s) =>
      url(
        `https://a.example/?d=${base64(json({ password: s, q: "??>>" }))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replace(/=+$/, "")}`,
      ),
  ],
  [
    "JSON in a parameter",
    (s) => url(`https://a.example/?v=${encodeURIComponent(json({ input: { pwd: s } }))}`),
  ],
  ["a magic link", (s) => url(`https://a.example/magic-link/${s}`)],
  ["a reset link with words", (s) => url(`https://a.example/users/password/reset/${s}`)],
  ["a link to set a password", (s) => url(`https://a.example/set-password/${s}`)],
  ["a confirmation link", (s) => url(`https://a.example/confirm-email/${s}`)],
  ["an invitation", (s) => url(`https://a.example/accept-invite/${s}`)],
  [
    "a UUID in a reset link",
    (s) => url(`https://a.example/reset/${s}`),
    "3f2b8c1e-7d4a-4f6e-9b1a-0c5d8e7f6a21",
  ],
  ["a link of letters", (s) => url(`https://a.example/reset/${s}`), "qwhzbnvtyxkdlmrgpfcs"],
  ["a database address", (s) => json({ u: `postgres://bob:${s}@db.example:5432/x` }), PASSWORD],
  ["a queue's address without user", (s) => json({ u: `redis://:${s}@cache.example:6379` })],
  ["userinfo without a scheme", (s) => json({ u: `see //bob:${s}@a.example/` })],
  ["a webhook of a chat", (s) => json({ u: `https://discord.com/api/webhooks/1234567890/${s}` })],
  ["a pre-shared hook", (s) => json({ webhook_url: `https://in.example/${s}` })],
  ["a CDP address", (s) => json({ browser_address: `wss://b.example/devtools?token=${s}` })],
  ["an otpauth address", (s) => json({ u: `otpauth://totp/A:bob?secret=${s}&issuer=A` }), "JBSWY3DPEHPK3PXP"],
  ["redirectURL", (s) => har({}, { redirectURL: `/cb?ticket=${s}` })],
  [
    "a stack of callers",
    (s) =>
      har({}, {}, { _initiator: { stack: { callFrames: [{ url: `https://a.example/x.js?sig=${s}` }] } } }),
  ],
  [
    "the title of a page",
    (s) => json({ log: { entries: [], pages: [{ title: `https://a.example/?otp=${s}` }] } }),
  ],
];

const BODIES: Row[] = [
  ["a form under text/plain", (s) => posted(`user=bob\r\npassword=${s}\r\n`), LETTERS],
  ["a form with a plus", (s) => posted(`a=1&passphrase=${s}`), "correct+horse+battery"],
  ["SOAP", (s) => posted(`<soap:Body><wsse:Password Type="x">${s}</wsse:Password></soap:Body>`), LETTERS],
  ["XML", (s) => body(`<user><name>bob</name><apiKey>${s}</apiKey></user>`)],
  ["XML settings", (s) => body(`<add key="ApiKey" value="${s}" />`)],
  ["a property list", (s) => body(`<dict><key>password</key><string>${s}</string></dict>`), LETTERS],
  [
    "multipart without quotes",
    (s) => posted(`--b\r\nContent-Disposition: form-data; name=password\r\n\r\n${s}\r\n--b--`),
    LETTERS,
  ],
  [
    "multipart without a blank",
    (s) => posted(`--b\r\nContent-Disposition: form-data;name="api_key"\r\n\r\n${s}\r\n--b--`),
  ],
  [
    "multipart with another attribute first",
    (s) => posted(`--b\nContent-Disposition: form-data; filename="k"; name="private_key"\n\n${s}\n--b--`),
  ],
  [
    "an argument in GraphQL",
    (s) => posted(json({ query: `mutation { login(user: "bob", password: "${s}") { id } }` })),
    LETTERS,
  ],
  [
    "GraphQL variables as text",
    (s) => posted(json({ variables: json({ input: { newPassword: s } }) })),
    LETTERS,
  ],
  ["a batch of GraphQL", (s) => posted(json([{ query: "x", variables: { otp: s } }])), DIGITS],
  ["JSONP", (s) => body(`callback({"access_token":"${s}"});`)],
  ["JSON behind a guard", (s) => body(`)]}',\n{"session":{"token":"${s}"}}`)],
  ["a stream of events", (s) => body(`event: auth\ndata: {"refreshToken":"${s}"}\n\n`)],
  ["lines of JSON", (s) => body(`{"a":1}\n{"secret":"${s}"}\n`)],
  ["a form as an answer", (s) => body(`access_token=${s}&token_type=bearer`)],
  ["YAML", (s) => body(`user: bob\npassword: ${s}\n`), LETTERS],
  ["environment", (s) => body(`export DB_PASS=${s}\nexport LANG=de\n`)],
  ["an AWS secret", (s) => body(`aws_secret_access_key = ${s}`), "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
  ["a CSV with a head", (s) => body(`user,password\nbob,${s}\n`, "text/csv")],
  ["a script's storage", (s) => body(`localStorage.setItem("auth_token", "${s}")`)],
  ["a script's assignment", (s) => body(`sessionStorage["apiKey"] = "${s}";`)],
  [
    "short base64 JSON",
    (s) => har({}, { content: { encoding: "base64", text: base64(json({ pin: s })) } }),
    DIGITS,
  ],
  [
    "short base64 of a form",
    (s) => har({}, { content: { encoding: "base64", text: base64(`password=${s}`) } }),
  ],
  ["a base64 member", (s) => body(json({ auth: base64(`bob:${s}`) })), PASSWORD],
  ["base64 of JSON in JSON", (s) => body(json({ blob: base64(json({ token: s })) }))],
  [
    "a connection string",
    (s) => body(json({ c: `Server=db;User Id=bob;Password=${s};Encrypt=true` })),
    LETTERS,
  ],
  [
    "an account key",
    (s) => body(json({ c: `AccountName=x;AccountKey=${s};EndpointSuffix=y` })),
    `${base64("0123456789abcdefghijklmnop")}`,
  ],
  [
    "a WebSocket frame of socket.io",
    (s) => har({}, {}, { _webSocketMessages: [{ data: `42["auth",{"token":"${s}"}]` }] }),
  ],
  [
    "a WebSocket frame of STOMP",
    (s) => har({}, {}, { _webSocketMessages: [{ data: `CONNECT\nlogin:bob\npasscode:${s}\n\n\u0000` }] }),
    LETTERS,
  ],
  [
    "a WebSocket frame of SockJS",
    (s) => har({}, {}, { _webSocketMessages: [{ data: json([json({ password: s })]) }] }),
    LETTERS,
  ],
  [
    "the first frame of graphql-ws",
    (s) =>
      har(
        {},
        {},
        { _webSocketMessages: [{ data: json({ type: "connection_init", payload: { Authorization: s } }) }] },
      ),
  ],
  [
    "a binary WebSocket frame",
    (s) =>
      har({}, {}, { _webSocketMessages: [{ opcode: 2, data: base64(json({ a: "b", sessionToken: s })) }] }),
  ],
];

const DOCUMENTS: Row[] = [
  ["a value in an object under a name", (s) => json({ password: { value: s, source: "vault" } })],
  ["a list under a name", (s) => json({ apiKey: [s] })],
  ["a list of codes", (s) => json({ backup_codes: [s, "81726354"] }), "19283746"],
  ["capital letters", (s) => json([{ Key: "ApiKey", Value: s }])],
  ["other words for a pair", (s) => json([{ fieldName: "password", fieldValue: s }]), LETTERS],
  ["one-letter words for a pair", (s) => json([{ k: "password", v: s }]), LETTERS],
  ["a pair as a list", (s) => json([["password", s]]), LETTERS],
  ["a map as pairs", (s) => json({ env: [["DB_PASSWORD", s]] }), LETTERS],
  ["a name with a blank", (s) => json({ "API Key": s })],
  ["a name in German", (s) => json({ Passwort: s }), LETTERS],
  ["a name in Spanish", (s) => json({ contraseña: s }), LETTERS],
  ["a name in French", (s) => json({ mot_de_passe: s }), LETTERS],
  ["pass at the end", (s) => json({ smtp_pass: s }), LETTERS],
  ["pw", (s) => json({ pw: s }), LETTERS],
  ["numbers behind a name", (s) => json({ password2: s }), LETTERS],
  ["a recovery code", (s) => json({ recovery_code: s }), "k4j9-x2m7"],
  ["a security answer", (s) => json({ security_answer: s }), "Rex the dog"],
  ["a seed", (s) => json({ totp_seed: s }), "JBSWY3DPEHPK3PXP"],
  ["a mnemonic", (s) => json({ mnemonic: s }), "legal winner thank year wave sausage worth useful"],
  ["a connection string by name", (s) => json({ connectionString: s })],
  ["a code sent by SMS", (s) => json({ sms_code: s }), DIGITS],
  ["a code of two factors", (s) => json({ "2fa_code": s }), DIGITS],
  ["a code as digits", (s) => `{"otp":[${s}]}`, "4,8,3,9,2,0"],
  ["eight levels of JSON", (s) => nested(8, { password: s }), LETTERS],
  [
    "an element before its type",
    (s) => json({ tagName: "input", value: s, attributes: { type: "password" } }),
    LETTERS,
  ],
  [
    "an element's attributes before",
    (s) => json({ attributes: { type: "password", id: "x" }, tagName: "input", text: s }),
    LETTERS,
  ],
  [
    "an element with its value first",
    (s) => json({ attributes: { value: s, autocomplete: "current-password" } }),
    LETTERS,
  ],
  [
    "a call's arguments",
    (s) => json({ tool_calls: [{ function: { name: "input_text", arguments: json({ id: 1, text: s }) } }] }),
  ],
  ["an action by type", (s) => json({ type: "input_text", text: s })],
  ["an action's own field", (s) => json({ action_type: "INPUT_TEXT", input_text: s })],
  [
    "a snapshot's input",
    (s) => json({ html: ["HTML", {}, ["INPUT", { type: "password", value: s }]] }),
    LETTERS,
  ],
  ["a snapshot's script", (s) => json({ html: ["SCRIPT", {}, `window.csrfToken = "${s}"`] })],
  ["a snapshot's text area", (s) => json({ html: ["TEXTAREA", { __playwright_value_: s }] })],
  ["storage of a browser", (s) => json({ origins: [{ localStorage: [{ name: "auth", value: s }] }] })],
  ["credentials of a proxy", (s) => json({ proxy: { server: "x", username: "bob", password: s } }), LETTERS],
  ["credentials of HTTP", (s) => json({ httpCredentials: { username: "bob", password: s } }), LETTERS],
  ["a failure's reason", (s) => json({ failure_reason: `Login failed: password '${s}' was refused.` })],
  ["what was extracted", (s) => json({ extracted_information: { "Your new API key": s } })],
  ["headers as text", (s) => json({ extra_http_headers: json({ "X-Tenant": s }) })],
  ["parameters as text", (s) => json({ parameters: json({ login_password: s }) }), LETTERS],
  ["a Docker login", (s) => json({ auths: { "r.example": { auth: base64(`bob:${s}`) } } }), PASSWORD],
  ["a key's data", (s) => json({ "client-key-data": s }), base64("0123456789abcdefghijklmnop")],
];

const PAGES: Row[] = [
  ["entities for letters", (s) => `<input type="password" value="${entities(s)}"><p>${s}</p>`],
  ["letters as entities elsewhere", (s) => `<input type="password" value="${s}"><p>${entities(s)}</p>`],
  ["capital letters", (s) => `<INPUT VALUE='${s}' TYPE=PASSWORD>`, LETTERS],
  ["lines in a tag", (s) => `<input\n  type="password"\n  value="${s}"\n>`, LETTERS],
  [
    "an option that is chosen",
    (s) => `<select name="api_key"><option value="${s}" selected>x</option></select>`,
  ],
  ["an element by its ID", (s) => `<code id="api-key">${s}</code>`],
  ["an element by its class", (s) => `<span class="otp">${s}</span>`, DIGITS],
  ["a cell by its label", (s) => `<td data-label="Password">${s}</td>`, PASSWORD],
  ["a list of terms", (s) => `<dt>Access token</dt><dd>${s}</dd>`],
  ["bold beside", (s) => `<p>Password: <b>${s}</b></p>`, "hunter2x"],
  ["a label in bold", (s) => `<strong>API key:</strong> ${s}<br>`],
  ["a label around", (s) => `<label>Token <input value="${s}"></label>`],
  [
    "a label by ID of its own",
    (s) => `<span id="l">Password</span><input aria-labelledby="l" value="${s}">`,
    LETTERS,
  ],
  ["an element's own name", (s) => `<api-key>${s}</api-key>`],
  ["a refresh", (s) => `<meta http-equiv="refresh" content="0;url=/?token=${s}">`],
  ["an address with an entity", (s) => `<a href="/cb?x=1&amp;token=${s}">go</a>`],
  ["an address with an entity for =", (s) => `<a href="/cb?token&#61;${s}">go</a>`],
  ["a script's call", (s) => `<a href="javascript:login('bob', {password:'${s}'})">go</a>`, PASSWORD],
  ["a comment", (s) => `<!-- password: ${s} -->`, PASSWORD],
  [
    "a page in an attribute",
    (s) => `<iframe srcdoc="&lt;input type=&quot;password&quot; value=&quot;${s}&quot;&gt;"></iframe>`,
    LETTERS,
  ],
  [
    "JSON of a framework",
    (s) =>
      `<script id="__NEXT_DATA__" type="application/json">{"props":{"session":{"accessToken":"${s}"}}}</script>`,
  ],
  ["what a button copies", (s) => `<label>API key</label><button data-clipboard-text="${s}">Copy</button>`],
  ["a code for once", (s) => `<input autocomplete="one-time-code" value="${s}">`, DIGITS],
  ["a card's code", (s) => `<input autocomplete="cc-csc" value="${s}">`, "7371"],
  ["a place to edit", (s) => `<div contenteditable aria-label="Password">${s}</div>`, PASSWORD],
  [
    "a hidden response",
    (s) => `<input type="hidden" name="SAMLResponse" value="${s}">`,
    base64("<saml>response of bob</saml>"),
  ],
  ["a form over lines", (s) => `<textarea name="secret">\n${s}\n</textarea>`, "first line\nsecond9 line"],
  ["a card with hard blanks", (s) => `<p>Card ${s}</p>`, "4111&nbsp;1111&nbsp;1111&nbsp;1111"],
];

const WORDS: Row[] = [
  ["a Python dictionary", (s) => `payload={'user': 'bob', 'password': '${s}'}`, LETTERS],
  ["a Python call", (s) => `login(user="bob", password="${s}")`, LETTERS],
  ["a hidden string of Python", (s) => `api_key=SecretStr('${s}')`],
  ["a Ruby hash", (s) => `{:user=>"bob", :password=>"${s}"}`, LETTERS],
  ["a Go structure", (s) => `{Username:bob Password:${s}}`, PASSWORD],
  ["a Java list", (s) => `Login[user=bob, password=${s}]`, PASSWORD],
  ["an arrow", (s) => `password -> ${s}`, PASSWORD],
  ["colours of a terminal", (s) => `\u001b[36mpassword\u001b[0m=\u001b[35m${s}\u001b[0m`, PASSWORD],
  ["the next line", (s) => `password:\n    ${s}\n`, PASSWORD],
  ["a table of Markdown", (s) => `| user | bob |\n| password | ${s} |\n`, PASSWORD],
  ["bold of Markdown", (s) => `**Password:** ${s}\n`, PASSWORD],
  ["backticks", (s) => `Use the password \`${s}\` to sign in.\n`, PASSWORD],
  ["quotes without a sign", (s) => `Type the password "${s}" into the field.\n`, "open sesame 9"],
  ["set to", (s) => `The password was set to ${s} just now.\n`, PASSWORD],
  ["user and password", (s) => `Log in with bob / ${s}. Credentials: bob:${s}\n`, PASSWORD],
  ["a code in a message", (s) => `Your verification code is ${s}.\n`, DIGITS],
  ["a code behind a colon", (s) => `Your code: ${s}\n`, DIGITS],
  ["a code first", (s) => `${s} is your Acme verification code.\n`, DIGITS],
  ["a PIN in words", (s) => `Enter the PIN ${s} now.\n`, "4711"],
  ["an option of a command", (s) => `tool --password ${s} --user bob\n`, LETTERS],
  ["an option with a sign", (s) => `tool --api-key=${s}\n`],
  ["mysql", (s) => `mysql -ubob -p${s} shop\n`, PASSWORD],
  ["sshpass", (s) => `sshpass -p '${s}' ssh bob@h\n`, PASSWORD],
  ["curl without a blank", (s) => `curl -ubob:${s} https://a.example/\n`, PASSWORD],
  ["curl with a token", (s) => `curl --oauth2-bearer ${s} https://a.example/\n`],
  ["curl with a cookie", (s) => `curl -b 'sid=${s}' https://a.example/\n`],
  ["curl with a body", (s) => `curl -d 'password=${s}&user=bob' https://a.example/\n`, LETTERS],
  ["curl with JSON", (s) => `curl --data-raw '{"password":"${s}"}' https://a.example/\n`, LETTERS],
  [".npmrc", (s) => `//r.example/:_authToken=${s}\n`],
  [".netrc", (s) => `machine h.example login bob password ${s}\n`, LETTERS],
  [
    "a hash of a password",
    (s) => `bob:${s}\n`,
    "$2b$12$KIXQ4fCkq9rZC1qY7wM5qO8b8vXJwZ3a1yT6uN2mL4pR0sD9eF7hG",
  ],
  ["JSON with codes for letters", (s) => `{"p\\u0061ssword": "${s}" and more\n`, PASSWORD],
  ["JSON escaped twice", (s) => `body="{\\\\\\"password\\\\\\": \\\\\\"${s}\\\\\\"}"\n`, PASSWORD],
  ["structured logging", (s) => `2026-11-24 [info] login  auth_token=${s} user=bob\n`],
  ["a typed text in a log", (s) => `  locator.fill("${s}")\n`, LETTERS],
  ["a typed text in a title", (s) => `Fill "${s}" locator("#password")\n`, LETTERS],
  ["an InputText action", (s) => `InputTextAction(element_id='AAB', text='${s}')\n`],
  ["a card with dots", (s) => `card ${s}\n`, "4111.1111.1111.1111"],
  ["a card with plus signs", (s) => `text=${s}&x=1\n`, "5555+5555+5555+4444"],
  ["a social security number", (s) => `SSN ${s} of Bob\n`, "078-05-1120"],
];

/** Tokens that only their form gives away: what stands before it, and the rest. */
const FORMS: readonly string[] = [
  "hvs.CAESIJ7vR8wK63tM4xB1zQ7vR8wK63tM4xB1",
  "glsa_Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1_9f86d081",
  "lin_api_Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7vR8wK",
  "ntn_12345678901Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1",
  `PMAK-9f86d081884c7d659a2feaa0-${HEX}ab`,
  "dp.pt.Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7vR8wK63t",
  "figd_Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7v",
  "sntrys_eyJpYXQiOjE2ODc3fQ==_Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1",
  "gsk_Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7vR8wK63tM4xB1",
  "xai-Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7vR8wK",
  "r8_Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1z",
  "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",
  "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",
  "1//0gZq7vR8wK63tM4xB1-zQ7vR8wK63tM4xB1zQ7vR8wK63",
  "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",
  "sq0atp-Zq7vR8wK63tM4xB1zQ7vR8",
  "rubygems_9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d65",
  "NRAK-ZQ7VR8WK63TM4XB1ZQ7VR8WK63T",
  "nfp_Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7v",
  "pscale_tkn_Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1",
  "sbp_9f86d081884c7d659a2feaa0c55ad0159f86d081",
  "9f86d081884c7d659a2feaa0c55ad015-us21",
  "SK9f86d081884c7d659a2feaa0c55ad015",
  "AKCp8Zq7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7vR8wK63tM4xB1zQ7v",
  "EAACEdEose0cBAZq7vR8wK63tM4xB1",
];

/** Attacks on share-safe, made to find what its rules overlook; each once, in a run of its own. */
export const PROBES: readonly Probe[] = [
  ...rows("har", HEADERS).map((probe) => ({ ...probe, place: `HAR, header: ${probe.place}` })),
  ...rows("har", ADDRESSES).map((probe) => ({
    ...probe,
    format: probe.text.startsWith('{"log"') ? probe.format : ("json" as const),
    place: `address: ${probe.place}`,
  })),
  ...rows("har", BODIES).map((probe) => ({ ...probe, place: `HAR, body: ${probe.place}` })),
  ...rows("json", DOCUMENTS).map((probe) => ({ ...probe, place: `document: ${probe.place}` })),
  ...rows("html", PAGES).map((probe) => ({ ...probe, place: `page: ${probe.place}` })),
  ...rows("text", WORDS).map((probe) => ({ ...probe, place: `words: ${probe.place}` })),
  ...FORMS.map((secret) => ({
    place: `form: ${secret.slice(0, 8)}`,
    format: "text" as const,
    text: `connected with ${secret} at noon\n`,
    secret,
  })),
];
