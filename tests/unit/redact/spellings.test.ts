import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TextFormat } from "@/core/redact/redactor";
import { shareSafe } from "./planted";

/** Cases; fewer where each mutant runs them anew. */
const CASES = Number(process.env.RUNPACK_SPELLINGS ?? 5000);
const SECRET = "Zq7vR8wK63tM4xB1";
const json = (value: unknown): string => JSON.stringify(value);

function redacted(...files: [TextFormat, string][]): string[] {
  return shareSafe(files.map(([format, text], index) => ({ name: `${index}`, format, text }))).out.map(
    ({ text }) => text,
  );
}

describe("a secret is found", () => {
  it.each<[string, TextFormat, string]>([
    ["in headers as a list of pairs", "json", json({ headers: [["X-Auth-Token", SECRET]] })],
    ["in headers as one flat list", "json", json({ rawHeaders: ["Host", "x", "X-Auth-Token", SECRET] })],
    [
      "in the definition of a vault's parameter",
      "json",
      json({ parameter_type: "bitwarden_login_credential", key: "login", bitwarden_item_id: SECRET }),
    ],
    [
      "in a user's part of an address in a parameter",
      "json",
      json({ u: `https://a.example/?to=${encodeURIComponent(`https://bob:${SECRET}@h.example/`)}` }),
    ],
    ["in the second line of a form's value", "json", json({ text: part("private_key", `one\r\n${SECRET}`) })],
    [
      "in a chat bot's address",
      "json",
      json({ u: `https://api.telegram.org/bot123456789:AA${SECRET}abcdef/` }),
    ],
    ["under an everyday name, if it looks drawn at random", "json", json({ code: SECRET })],
    [
      "in a text field whose label tells",
      "html",
      `<label>Password</label><input type="text" value="${SECRET}">`,
    ],
    ["in a text area", "html", `<textarea name="private_key">${SECRET}</textarea>`],
    ["in JSON in an attribute", "html", `<div data-props="{&quot;apiKey&quot;:&quot;${SECRET}&quot;}">`],
    ["before the words that name it", "text", `Enter ${SECRET} as the one-time code\n`],
  ])("%s", (_, format, text) => {
    expect(text).toContain(SECRET);
    expect(redacted([format, text])[0]).not.toContain(SECRET);
  });

  it("under a parameter that another document says holds a credential", () => {
    const definition = json({
      parameters: [{ key: "portal_login", workflow_parameter_type: "credential_id" }],
    });
    const [, values, log] = redacted(
      ["json", definition],
      ["json", json({ parameters: { portal_login: SECRET, month: "2026-03" } })],
      ["text", `signed in with ${SECRET}\n`],
    );
    expect(values).toMatch(/^{"parameters":{"portal_login":"\[redacted:secret#\d+\]","month":"2026-03"}}$/);
    expect(log).not.toContain(SECRET);
  });

  it("in its place, short as it is, though its name comes behind", () => {
    expect(redacted(["json", '{"value": "4812", "name": "pin"}'])[0]).toMatch(
      /^{"value": "\[redacted:otp#1\]"/,
    );
    expect(redacted(["json", '{"value": 4812, "name": "pin"}'])[0]).toMatch(
      /^{"value": "\[redacted:otp#1\]"/,
    );
  });

  it("in percent codes of either case, and decoded where it was learnt encoded", () => {
    const [, log] = redacted(
      ["json", json({ password: "gr\u00fcn/9&Qz7Kk2" })],
      ["text", "gr%c3%BCn%2F9%26Qz7Kk2\n"],
    );
    expect(log).toMatch(/^\[redacted:password#1\]$/m);
    const [, text] = redacted(
      ["json", json({ headers: [{ name: "Cookie", value: `a=x%2Fy%3D${SECRET}` }] })],
      ["text", `x/y=${SECRET}\n`],
    );
    expect(text).not.toContain(SECRET);
  });
});

describe("what is no secret stays", () => {
  it.each<[string, TextFormat, string]>([
    ["states and codes of programs", "json", json({ state: "completed", code: 404, auth: "required" })],
    ["names of parameters", "json", json({ key: "order_2026_11", value: "2026-11" })],
    ["tables of names", "json", json([["password", "username"]])],
    ["a plain text field", "html", '<label>City</label><input type="text" value="Berlin">'],
    ["JSON in an attribute without secrets", "html", '<div data-props="{&quot;page&quot;:2}">'],
    ["prose about steps", "text", "Use step 12 as the first step of the run.\n"],
  ])("%s", (_, format, text) => {
    expect(redacted([format, text])[0]).toBe(text);
  });
});

describe("JSON in a text is treated as JSON by itself is", () => {
  const names = [
    ..."password,pass,pwd,sid,pan,taxId,bearer,SAMLResponse,sig,ccnumber,routingNumber,proxyUrl,state,ticket,code".split(
      ",",
    ),
    ..."socialSecurityNumber,webhookUrl,pin,X-Auth-Token,session,cookie,note,url,text,value,name,key,items".split(
      ",",
    ),
  ];
  const value = fc.oneof(
    fc.constantFrom(
      SECRET,
      "4111 1111 1111 1111",
      "DE89370400440532013000",
      "https://bob:Zq7vR8wK@h.example/",
    ),
    fc.constantFrom(
      "AKIAIOSFODNN7EXAMPLE",
      "https://h.example/reset/Zq7vR8wK63tM4xB1",
      `a=1&token=${SECRET}`,
      "Bearer Zq7vR8wK63tM4",
    ),
    fc.constantFrom(
      btoa(`{"password":"${SECRET}","and":"so much more text that it is long"}`),
      `curl -u bob:${SECRET}`,
    ),
    fc.constantFrom("page 2", "an invoice", "completed", 12, 4812, null, true),
  );
  const document = fc.oneof(
    fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 }),
    fc.record({ name: fc.constantFrom(...names), value }),
    fc.record({ action_type: fc.constantFrom("input_text", "click"), text: value }),
    fc.record({ type: fc.constantFrom("input_text", "fill", "text"), text: value }),
    fc.record({
      name: fc.constantFrom("input_text", "click"),
      arguments: fc.record({ text: value }).map((given) => json(given)),
    }),
    fc.record({ extra_http_headers: fc.record({ "X-Tenant": value }) }),
    fc.record({ headers: fc.record({ "Sec-WebSocket-Protocol": value, DPoP: value }) }),
    fc.record({ queryString: fc.array(fc.record({ name: fc.constantFrom("st", "hash", "page"), value })) }),
    fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 }),
  );

  it("whatever it holds", () => {
    fc.assert(
      fc.property(document, (inner) => {
        const text = json(inner);
        const [plain = ""] = redacted(["json", text]);
        expect(redacted(["jsonl", text])).toEqual([plain]);
        const [outer = ""] = redacted(["json", json({ body: text })]);
        expect(JSON.parse(JSON.parse(outer).body)).toEqual(JSON.parse(plain));
      }),
      { numRuns: CASES },
    );
  });
});

it("JSON that is no HAR is refused as one", () => {
  expect(() => redacted(["har", "{}"])).toThrow("no HAR");
});

function part(name: string, value: string): string {
  return `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b--`;
}
