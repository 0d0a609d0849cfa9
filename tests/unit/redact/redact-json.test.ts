import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KnownValues } from "@/core/redact/known-values";
import { isHarmless, type JsonSink, jsonRedacter } from "@/core/redact/redact-json";
import { expectLinearTime } from "../support/linear-time";
import { marked, plainTags } from "./marked";

function sinkOf(): JsonSink & { rules: string[] } {
  const rules: string[] = [];
  const sink: JsonSink & { rules: string[] } = {
    values: new KnownValues(),
    place: null,
    rules,
    note: (rule) => rules.push(`${sink.place?.path.join(".") ?? "text"}: ${rule}`),
  };
  return sink;
}
function redacted(text: string, sink = sinkOf()): string {
  const json = jsonRedacter(sink);
  return json.write(text) + json.finish();
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const BYTES = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 37 + 200) % 256)).toString(
  "base64",
);

/** What stands in «…» goes, all the rest stays: `«kind|secret»`. */
const SPECIFIED: Record<string, string[]> = {
  "codes of one digit each": [
    '{"otp": ["«otp|4»", "«otp|8»"], "page": ["4", "8"], "n": "4"}',
    '{"otp": ["ab", "x"]}',
  ],
  "typed texts": [
    '{"method": "fill", "params": {"selector": "#x", "value": "«typed|Bob»"}}',
    '{"method": "Frame.type", "params": {"text": "«typed|Bob»"}}',
    '{"apiName": "locator.page.fill", "params": {"value": "Bob"}, "value": "«typed|Bob»"}',
    '{"apiName": "refill", "value": "Bob"}',
    '{"action_type": "INPUT_TEXT", "text": "«typed|Bob»", "input_text": "«typed|Ali»", "reasoning": "Bob"}',
    '{"action_type": "input_texts", "text": "Bob"}',
    '{"type": "insertText", "text": "«typed|Bob»"}',
    '{"type": "inputtext", "text": "«typed|Bob»"}',
    '{"type": "myfill", "text": "Bob"}',
    '{"type": "filled", "text": "Bob"}',
    '{"type": "computer_call", "action": {"text": "«typed|Bob»", "type": "type"}}',
    '{"name": "computer", "input": {"action": "type", "text": "«typed|Bob»"}}',
    '{"input": {"text": "«typed|Bob»", "action": "type"}, "name": "computer"}',
    '{"action": "click", "text": "Bob", "type": "types"}',
    '{"params": {"text": "«typed|Bob»"}}',
    '{"params": {"value": "Bob"}}',
    '{"params": {"value": "«typed|Bob»", "name": "x3", "selector": "#x"}}',
    `{"params": {"selector": "${"div > ".repeat(60)}", "value": "«typed|Bob»"}}`,
    '{"text": "Bob", "value": "Al", "type": "text"}',
    '{"text": "«typed|Bob»", "action_type": "input_text"}',
    '{"action_type": "click", "text": "Bob"}',
    '{"input_text": "«typed|Bob»", "action_type": "input_text"}',
    '{"action_type": "input_text", "text": "«typed|see password=hunter22 Bob»"}',
    '{"id": 1, "name": "x3", "text": "«typed|see password=hunter22 Bob»", "action_type": "input_text"}',
  ],
  "arguments of calls that type": [
    '{"name": "input_text", "arguments": {"text": "«typed|Bob»", "page": "Bob"}}',
    '{"arguments": {"text": "«typed|Bob»", "page": "Bob"}, "name": "input_text"}',
    '{"type": "tool_use", "id": "x3", "name": "input_text", "input": {"id": "AAB", "text": "«typed|Bob»"}}',
    '{"input": {"id": "AAB", "text": "«typed|Bob»"}, "name": "input_text", "id": "x3", "type": "tool_use"}',
    '{"tool": "fill", "args": {"value": "«typed|Bob»"}, "value": "Bob"}',
    '{"value": "Bob", "args": {"value": "«typed|Bob»"}, "tool": "fill"}',
    '{"tool_input": {"text": "«typed|Bob»"}, "tool_name": "functions.type", "name": "x3"}',
    '{"input": {"args": {"text": "«typed|Bob»"}, "text": "«typed|Ali»"}, "name": "fill"}',
    '{"name": "fill", "input": {"text": "«typed|Ali»", "args": {"text": "«typed|Bob»"}}}',
    '{"tool": "browser", "name": "fill", "arguments": {"text": "«typed|Bob»"}}',
    '{"name": "fill", "arguments": {"text": "«typed|Bob»"}, "tool": "browser"}',
    '{"arguments": {"method": "x", "text": "«typed|Bob»"}, "name": "fill"}',
    '{"name": "act", "arguments": {"text": "«typed|Bob»", "action_type": "input_text"}}',
    '{"arguments": {"text": "«typed|Bob»", "action_type": "input_text"}, "name": "act"}',
    '{"input": [{"text": "Bob"}], "name": "fill", "notes": {"text": "Bob"}}',
    '{"arguments": {"text": "Bob"}, "name": "click"}',
    '{"input": {"text": "Bob"}, "name": "reset_password"}',
    '{"args": {"text": "Bob"}, "next": {"name": "fill"}}',
    '[{"args": {"text": "Bob"}}, {"name": "fill"}]',
  ],
  definitions: [
    '{"parameter_type": "bitwarden_login_credential", "key": "login", "item": "«secret|open»", "item_type": "open", "created_at": "x12"}',
    '{"workflow_parameter_type": "credential_id", "key": "login", "default_value": "«secret|open»"}',
    '{"bitwarden_item_id": "«secret|open»", "credential_id": "«secret|shut»", "item_type": "open", "parameter_type": "bitwarden_login_credential", "key": "login"}',
    '{"vault_id": "open", "parameter_type": "workflow"}',
    '{"workflow_parameter_type": "string", "key": "login", "default_value": "open"}',
    '{"parameter_type": "workflow", "key": "login", "value": "open"}',
  ],
  "named values": [
    '{"password": "«password|ope»", "pwd": "ab", "page": "open"}',
    '{"name": "password", "value": "«password|open»"}',
    '{"name": "password", "content": "«password|open»"}',
    '{"label": "API key", "Value": "«key|open»"}',
    '{"value": "«password|open»", "name": "password"}',
    '{"id": "x3", "name": "password", "value": "«password|open»"}',
    '{"name": "password", "id": "x3", "value": "«password|open»"}',
    '{"id": "password", "name": "x3", "value": "«password|open»"}',
    '{"value": "«password|open»", "id": "x3", "name": "password"}',
    '{"name": "x3", "label": "Your password", "value": "«password|open»"}',
    '{"label": "Your password", "name": "x3", "value": "«password|open»"}',
    '{"id": "x3", "name": "page", "label": "Page", "value": "open"}',
    '{"name": "password", "value": ["«password|open»", ["«password|shut»"]], "notes": ["open"]}',
    '{"value": ["«password|open»", "«password|shut»"], "notes": ["open"], "name": "password"}',
    '{"value": ["open", ["shut"]], "content": [{"value": "ajar"}], "name": "page"}',
    '{"input": {"value": ["open"], "text": "shut"}, "name": "password"}',
    '{"name": "password", "rules": {"value": "open", "items": [{"value": "shut"}]}}',
    '{"name": "page", "value": ["open"], "password": ["«password|open»"]}',
    '{"queryString": [{"name": "code", "value": "«token|open»"}, {"name": "page", "value": "open"}]}',
    '[{"name": "code", "value": "open"}]',
    '{"cookies": [{"name": "theme", "value": "«cookie|open»"}]}',
    '{"cookies": {"theme": "«cookie|open»"}}',
    '{"type": "password", "value": "«password|open»"}',
    '{"type": "PASSWORD", "text": "«password|open»"}',
    '{"type": "password", "attributes": {"type": "text"}, "value": "«password|open»"}',
    '{"attributes": {"type": "password"}, "value": "«password|open»"}',
    '{"schema": {"type": "password"}, "value": "open"}',
    '{"name": "x3", "type": "password", "value": "«password|open»"}',
    '{"value": "«password|open»", "type": "password", "id": "x3"}',
    '{"secrets": [{"value": "«secret|open»"}], "password": {"label": "x3", "value": "«password|shut»"}}',
    '{"name": "x3", "placeholder": "Password", "value": "«password|open»"}',
    '{"aria-label": "Your API key", "name": "x3", "value": "«key|open»"}',
    '{"aria-label": "Show password", "text": "Show", "placeholder": "City"}',
    '{"placeholder": "City", "aria-label": "Town", "value": "Berlin"}',
    '{"type": "text", "autocomplete": "one-time-code", "value": "«otp|open»"}',
    '{"cookie": "a=«cookie|1»; b=«cookie|open»"}',
    '{"cookie": "«cookie|open»"}',
    `{"auth": "«secret|${base64("bob:open")}»"}`,
    `{"auth": "«secret|${base64("a:b")}»", "b": {"auth": "${base64("a b:c")}"}}`,
    '{"text": "open", "name": "X-Auth-Tenant"}',
    '{"value": "[redacted:token]", "name": "password"}',
  ],
  headers: [
    '{"headers": {"X-Api-Key": "«key|open»", "Accept": "text", "X-Auth": ["«token|shut»"]}}',
    '{"headers": [{"name": "X-Auth-Tenant", "value": "«token|open»"}, {"name": "Accept", "value": "text"}]}',
    '{"headers": [{"value": "«token|open»", "name": "X-Auth-Tenant"}]}',
    '{"headers": [{"key": "X-Auth-Tenant", "v": "«token|see password=hunter22 there»"}]}',
    '{"headers": [{"name": "Authorization", "value": "Bearer «secret|Zq7vR8wK63»"}, {"name": "Cookie", "value": "a=«cookie|open»"}]}',
    '{"name": "Cookie", "value": "a=«cookie|open»; b=«cookie|shut»"}',
    '{"value": "a=«cookie|open»; b=«cookie|shut»", "name": "Cookie"}',
    '{"request_headers": {"X-Auth-Tenant": "«token|open»"}, "response_headers": {"X-Auth-Tenant": "«token|shut»"}}',
    '{"headers": [{"id": "x3", "name": "X-Auth-Tenant", "value": "«token|open»"}]}',
    '{"headers": [{"id": "x3", "value": "«token|see password=hunter22 there»", "name": "X-Auth-Tenant"}]}',
    '{"headers": [{"name": "X-Auth-Tenant", "value": ["«token|open»", "«token|shut»"]}]}',
    '{"headers": [{"value": ["«token|open»", "«token|shut»"], "name": "X-Auth-Tenant"}]}',
    '{"rawHeaders": ["Host", "X-Auth-Token", "Accept", "text"]}',
    '{"extra_http_headers": {"X-Tenant": "«secret|open»", "Cookie": "a=«cookie|shut»"}}',
    '{"extraHttpHeaders": {"X-Tenant": "«secret|open»"}}',
    '{"rawHeaders": ["Accept", "text", "X-Auth-Token", "«token|open»", "Host", "x"]}',
    '{"rows": [["password", "«password|open12»"], ["password", "username"], ["token", "open"], ["token", "«token|open1»"]]}',
    '{"rows": [["password", "«password|opensesameopen»"], ["password", "«password|Open!»"], ["page", "open12"]]}',
    '{"rows": [["password", "opensesameo"], ["password", "«password|opensesameop»"], ["token", "opensesameop"]]}',
  ],
  "everyday names": [
    '{"code": "«token|Zq7vR8wK63»", "state": "«token|9f86d081884c7d659a2f»", "ticket": "«token|7vR8wK63t-»"}',
    '{"code": "«token|abc-123-4-D»", "state": "«token|ABC-123-4-d»"}',
    '{"code": "zz9f86d081884c7d659a2f", "state": "9f86d081884c7d659a2fzz"}',
    '{"code": "Zq7vR8wK6", "state": "9f86d081884c7d659a2", "ticket": "invoice-2026-11", "my_session": "Zq7 vR8wK63"}',
    '{"code": "zq7vr8wk63tm", "state": "ZQ7VR8WK63TM", "my_session": "Zq7vR8wK63!"}',
  ],
  "forms and bodies": [
    '{"text": "password=«password|open»&page=2"}',
    '{"text": "user=bob&password=«password|open»"}',
    '{"text": "code=«token|Zq7vR8wK»"}',
    '{"body": "code=Zq7vR8wK"}',
    '{"text": "see code=Zq7vR8wK", "b": "x"}',
    '{"text": "code=Zq7vR8wK and more"}',
    `{"content": {"text": "«body|${BYTES}»"}}`,
    `{"content": {"text": "«body|${BYTES.slice(0, 68)}»"}, "b": "${BYTES.slice(0, 400)}", "c": "«body|${BYTES.slice(0, 404)}»"}`,
    `{"content": {"text": "${BYTES.slice(0, 64)}"}}`,
    `{"url": "data:image/png;base64,«image|${BYTES}»"}`,
    '"see password=«password|hunter22» there"',
    '{"body": "<input type=password value=\\"«password|open»\\">"}',
  ],
  keys: ['{"«token|ghp_abcdefghijklmnopqrstuvwxyz0123456789»": 1, "page": 2}'],
};

describe.each(Object.entries(SPECIFIED))("of %s", (_, specifications) => {
  it.each(specifications.map((each) => [each]))("what is marked is hidden: %j", (specification) => {
    const { text, hidden } = marked(specification);
    expect(plainTags(redacted(text))).toBe(hidden);
  });
});

it.each([
  ['{"pin": 483}', '{"pin": "[redacted:otp]"}'],
  [
    '{"cvv": 737, "iban": 4839, "password": 4830}',
    '{"cvv": "[redacted:card]", "iban": "[redacted:account]", "password": "[redacted:password]"}',
  ],
  ['{"total": 48392, "token": 48392, "pin": 12}', '{"total": 48392, "token": 48392, "pin": 12}'],
  ['{"password": true, "pin": null, "otp": [false]}', '{"password": true, "pin": null, "otp": [false]}'],
  [
    '[{"value": 1200, "name": "token"}, {"value": 4830, "name": "pin"}]',
    '[{"value": 1200, "name": "token"}, {"value": "[redacted:otp]", "name": "pin"}]',
  ],
  ['{"otp": [4, 8], "page": [4, 8]}', '{"otp": ["[redacted:otp]", "[redacted:otp]"], "page": [4, 8]}'],
  ['{"n": 4222222222222, "m": 4111111111111111}', '{"n": "[redacted:card]", "m": "[redacted:card]"}'],
  [
    '{"text": 483920, "action_type": "input_text"}',
    '{"text": "[redacted:typed]", "action_type": "input_text"}',
  ],
  [
    '[{"input": {"text": 483920, "total": 1200}, "name": "fill"}, {"name": "fill", "arguments": "{\\"text\\":483920}"}]',
    '[{"input": {"text": "[redacted:typed]", "total": 1200}, "name": "fill"}, {"name": "fill", "arguments": "{\\"text\\":\\"[redacted:typed]\\"}"}]',
  ],
  ['{"n": 4222222222223, "token": 1764144000000}', '{"n": 4222222222223, "token": 1764144000000}'],
])("of numbers the secret ones become texts: %s", (text, expected) => {
  expect(plainTags(redacted(text))).toBe(expected);
});

it.each([
  '{"workflow_parameter_type": "credential_id", "key": "portal_login", "title": "page"}',
  '{"key": "portal_login", "parameter_type": "bitwarden_login_credential"}',
])("the parameter that is named by %s is hidden in other documents", (definition) => {
  const sink = sinkOf();
  redacted(definition, sink);
  redacted('{"parameter_type": "string", "key": "page"}', sink);
  const values = (text: string) => plainTags(redacted(text, sink));
  expect(values('{"parameters": {"portal_login": "open", "page": "one"}}')).toBe(
    '{"parameters": {"portal_login": "[redacted:secret]", "page": "one"}}',
  );
  expect(values('{"key": "portal_login", "default_value": "shut", "note": "one"}')).toBe(
    '{"key": "portal_login", "default_value": "[redacted:secret]", "note": "one"}',
  );
  expect(values('{"key": "portal_login", "value": "ajar", "old_value": "one"}')).toBe(
    '{"key": "portal_login", "value": "[redacted:secret]", "old_value": "one"}',
  );
  expect(values('{"other": {"portal_login": "open"}}')).toBe('{"other": {"portal_login": "open"}}');
});

describe("a value that comes before its name", () => {
  const inChunks = (text: string, size: number): string => {
    const json = jsonRedacter(sinkOf());
    const out: string[] = [];
    for (let at = 0; at < text.length; at += size) out.push(json.write(text.slice(at, at + size)));
    return plainTags(out.join("") + json.finish());
  };

  it("is hidden wherever chunks meet, and at every depth", () => {
    const { text, hidden } = marked(
      '{"value": "«password|open»", "in": {"v": "«otp|483»", "to": [{"text": "«typed|Bob»", "type": "fill"}, {"args": "{\\"text\\":\\"«typed|Bob»\\"}", "input": {"text": "«typed|Bob»"}, "name": "fill"}], "k": "pin"}, "val": "«password|shut»", "name": "password", "page": "open"}',
    );
    for (let size = 1; size <= text.length; size++) expect(inChunks(text, size)).toBe(hidden);
  });

  /** A message in which somebody types, with as many fields around as may be, in a text in a text. */
  const TYPING = fc
    .record({
      call: fc.constantFrom<Record<string, unknown>>(
        { name: "input_text", arguments: '{"id":"AAB","text":"Bob 7"}' },
        { name: "input_text", type: "tool_use", id: "x3", input: { text: "Bob 7", page: "Al" } },
        { tool: "fill", name: "x3", args: { value: "Bob 7", selector: "#x" } },
        { action_type: "INPUT_TEXT", text: "Bob 7", input_text: "Bob 7", reasoning: "Al", confidence: 1 },
        { type: "password", name: "x3", id: "x4", value: "Bob 7 password=hunter22", label: "Al" },
        { name: "password", id: "x3", value: ["Bob 7", "Bob 7"] },
      ),
      depth: fc.nat(3),
    })
    .chain(({ call, depth }) =>
      fc.record({
        message: fc.constant(call),
        order: fc.shuffledSubarray(Object.entries(call), { minLength: Object.keys(call).length }),
        depth: fc.constant(depth),
      }),
    );
  const nested = (message: unknown, depth: number): string =>
    depth === 0
      ? JSON.stringify({ tool_calls: [{ function: message, type: "function" }] })
      : JSON.stringify({ type: "x3", body: nested(message, depth - 1) });
  const unfolded = (text: string): unknown =>
    JSON.parse(text, (key, value) => (key === "body" ? unfolded(value) : value));

  it("is hidden in whatever order they and all others come, in JSON in JSON too, wherever chunks meet", () => {
    fc.assert(
      fc.property(TYPING, fc.integer({ min: 1, max: 400 }), ({ message, order, depth }, size) => {
        const hidden = inChunks(nested(Object.fromEntries(order), depth), size);
        expect(hidden).not.toContain("Bob");
        expect(unfolded(hidden)).toEqual(unfolded(inChunks(nested(message, depth), 10_000)));
        expect(hidden.includes("Al")).toBe(JSON.stringify(message).includes("Al"));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [262_144, true],
    [262_145, false],
  ])("waits for it for 256 KiB, in whatever chunks they come: %i, %s", (distance, isHidden) => {
    const [before, after] = ['{"n": 1, "value": "open"', ', "note": "", "name": "password"'];
    const text = `${before}${after.replace('""', `"${"x".repeat(distance - after.length)}"`)}}`;
    for (const size of [1000, 65_536, text.length - 1, text.length])
      expect(inChunks(text, size)).toBe(isHidden ? text.replace("open", "[redacted:password]") : text);
  });

  it("may be of any length itself", () => {
    const { text, hidden } = marked(
      `[{"arguments": ${JSON.stringify(`{"html": "${"<p>".repeat(200_000)}", "text": "«typed|Bob»"}`)}, "name": "fill"}, {"value": "«password|${"open ".repeat(100_000)}»", "name": "password"}]`,
    );
    for (const size of [65_536, text.length]) expect(inChunks(text, size)).toBe(hidden);
  });

  it("is learnt for other places as it would be behind its name, but for what stands there too early to go", () => {
    const learnt = (text: string): boolean => {
      const sink = sinkOf();
      redacted(text, sink);
      sink.values.seal();
      return sink.values.isIn("See Bob Smith");
    };
    expect(learnt('{"action_type": "input_text", "text": "Bob Smith"}')).toBe(false);
    expect(learnt('{"text": "Bob Smith", "action_type": "input_text"}')).toBe(false);
    const far = `"note": "${"x".repeat(262_144)}"`;
    expect(learnt(`{"text": "Bob Smith", ${far}, "action_type": "fill"}`)).toBe(true);
    expect(learnt(`{"action_type": "fill", "text": "Bob Smith", ${far}}`)).toBe(false);
  });
});

it("what waits for no name is handed on while it comes", () => {
  const json = jsonRedacter(sinkOf());
  expect(json.write('{"n": 1, "value": "open", ')).toBe('{"n": 1, "value": ');
  expect(json.write(`"note": "${"x".repeat(300_000)}", "total": 12, `)).toMatch(
    /^"open", "note": "x+", "total": 12, $/,
  );
  expect(json.write('"name": "password"}') + json.finish()).toBe('"name": "password"}');
});

it("a long text takes time by its length alone, however small the chunks are that it comes in", () => {
  expectLinearTime(6_000_000, (length) => {
    const chunk = "no word ".repeat(100);
    return () => {
      const json = jsonRedacter(sinkOf());
      json.write('["');
      for (let written = 0; written < length; written += chunk.length) json.write(chunk);
      json.write('"]');
      json.finish();
    };
  });
});

it("known values are found among words, and the ledger says so", () => {
  const sink = sinkOf();
  sink.values.addWord("Falcon");
  sink.values.seal();
  expect(redacted('{"a": "Project Falcon"}', sink)).toBe('{"a": "Project [redacted:word#1]"}');
  expect(sink.rules).toEqual(["a: known value"]);
});

describe("JSON in a text", () => {
  const inner = (text: string, key = "body"): string => {
    const out: Record<string, unknown> = JSON.parse(redacted(JSON.stringify({ [key]: text })));
    return plainTags(String(out[key]));
  };

  it.each([
    '{"password": "«password|open»", "page": 2}',
    ' [{"name": "password", "value": "«password|open»"}]',
    '{"password": "«password|open»", broken',
  ])("is taken apart, and stays as it is but for that: %j", (specification) => {
    const { text, hidden } = marked(specification);
    expect(inner(text)).toBe(hidden.replace('"[redacted:password]", broken', '"open", broken'));
  });

  it("is hidden whole where it holds headers of the user", () => {
    expect(inner('{"X-Tenant": "open"}', "extra_http_headers")).toBe('{"X-Tenant": "[redacted:secret]"}');
    expect(inner('{"X-Tenant": "open"}', "extraHttpHeaders")).toBe('{"X-Tenant": "[redacted:secret]"}');
    expect(inner('{"X-Tenant": "open"}', "my_extra_http_headers")).toBe('{"X-Tenant": "open"}');
  });

  const call = (...fields: [string, string][]) =>
    plainTags(redacted(JSON.stringify(Object.fromEntries(fields))));
  const ARGUMENTS = '{"text": "Bob", "id": "AAB", "texts": "Bob"}';
  const HIDDEN = ARGUMENTS.replace("Bob", "[redacted:typed]");

  it.each(["arguments", "args", "input", "tool_input", "parameters"])(
    "holds typed texts where it is handed to a call that types, whose name comes before or behind: %s",
    (key) => {
      for (const named of ["name", "tool", "tool_name"]) {
        const hidden = { [named]: "input_text", [key]: HIDDEN };
        expect(JSON.parse(call([named, "input_text"], [key, ARGUMENTS]))).toEqual(hidden);
        expect(JSON.parse(call([key, ARGUMENTS], [named, "input_text"]))).toEqual(hidden);
      }
    },
  );

  it("holds no typed texts for another call, or under another key", () => {
    expect(call(["arguments", ARGUMENTS], ["name", "click"])).not.toContain("[redacted");
    expect(call(["name", "click"], ["arguments", ARGUMENTS])).not.toContain("[redacted");
    expect(call(["other", ARGUMENTS], ["name", "input_text"])).not.toContain("[redacted");
    expect(call(["name", "input_text"], ["other", ARGUMENTS])).not.toContain("[redacted");
  });

  it("holds typed texts beside others that were found before the call's name came", () => {
    const sink = sinkOf();
    const given = '{"password": "open", "text": "Bob"}';
    for (const before of [{}, { label: "step" }, { id: "x3" }])
      expect(plainTags(redacted(JSON.stringify({ ...before, arguments: given, name: "fill" })))).toContain(
        JSON.stringify('{"password": "[redacted:password]", "text": "[redacted:typed]"}'),
      );
    redacted(JSON.stringify({ arguments: given, name: "fill" }), sink);
    expect(sink.rules).toEqual(["arguments: name: password", "arguments: typed text: typed"]);
  });

  it.each(["input_text", "fill", "type", "setInputValue", "keyboardType"])(
    "holds a call that types (%s) at every depth",
    (name) => {
      for (const given of ['{"text":"Bob"}', { text: "Bob" }]) {
        for (const message of [
          { function: { arguments: given, name }, type: "function" },
          { input: given, name, type: "tool_use" },
          { tool: name, args: given },
        ]) {
          let text = JSON.stringify({ tool_calls: [message] });
          for (let depth = 0; depth < 4; depth++) {
            expect(redacted(text)).not.toContain("Bob");
            text = JSON.stringify({ body: text });
          }
        }
      }
    },
  );

  it.each([
    ['{"password":"open"}', true],
    [' <input type=password value="open">', true],
    ['{"page":"open"}', false],
  ])("in base64 (%j) stays base64", (text, hides) => {
    const padded = `${text}${" ".repeat(80)}`;
    const out: { body: string } = JSON.parse(redacted(JSON.stringify({ body: base64(padded) })));
    expect(Buffer.from(out.body, "base64").toString().includes("[redacted:password#1]")).toBe(hides);
    if (!hides) expect(out.body).toBe(base64(padded));
  });

  it("in base64 is searched in a short body too", () => {
    const body = base64('{"pin":"open"}');
    const out = JSON.parse(redacted(JSON.stringify({ content: { text: body }, other: body })));
    expect(Buffer.from(out.content.text, "base64").toString()).toBe('{"pin":"[redacted:otp#1]"}');
  });

  it.each([
    '{"sid":"open"}',
    '{"pass1":"open"}',
    '{"ticket":"Zq7vR8wK63-open"}',
    '{"method":"type","text":"open"}',
    '{"action": "type", "text": "open"}',
    '{"text":"open","type":"type"}',
    '{"params":{"text":"open"}}',
    '{"headers":{"dpop":"open"}}',
  ])("in JSON in JSON is taken apart for every name: %s", (text) => {
    expect(redacted(JSON.stringify({ a: JSON.stringify({ a: JSON.stringify({ a: text }) }) }))).not.toContain(
      "open",
    );
  });

  it("is searched as a text where it is deeper than any is", () => {
    let text = '{"password": "hunter22"}';
    for (let depth = 0; depth < 9; depth++) text = JSON.stringify({ a: text });
    expect(redacted(text)).not.toContain("hunter22");
  });
});

describe("JSON is taken apart only where it holds something", () => {
  const run = "Zq7vR8wK".repeat(8);

  it.each([
    ["a password", '{"passcode":"x"}'],
    ["a name of the other kind", '{"pass1":"x"}'],
    ["a name with digits", '{"sid123":"x"}'],
    ["a web hook", '{"webhook":"x"}'],
    ["a web hook in two words", '{"web_hook":"x"}'],
    ["an address of a browser", '{"browser_address":"x"}'],
    ["an address of a browser in one word", '{"browserAddress":"x"}'],
    ["a user in an address", '{"a":"//bob:x@h"}'],
    ["a letter as a code", '{"p\\u0061":"x"}'],
    ["a hash", '{"a":"$2b$12$abcdefghijklmnopqrstuv"}'],
    ["a run as of base64", `{"a":"${run}"}`],
    ["a run far behind", `{"a":"${"x ".repeat(100)}","b":"${run}"}`],
    ["a run at the end", `"a ${run}`],
    ["a run at the beginning", `${run} b`],
    ["a parameter", '{"a":"?t=1"}'],
    ["a later parameter", '{"a":"?page=1&state=2"}'],
    ["a name that a definition tells", '{"portal_login":"x"}'],
    ["a known value", '{"a":"Zq7vR8wK63"}'],
  ])("as %s", (_, text) => {
    expect(isHarmless(text, knowing())).toBe(false);
  });

  it.each([
    '{"page":"open","total":12,"at":"2026-11-26T08:00:00Z"}',
    '{"a":"?page=1&sort=2"}',
    '{"a":"bob at h"}',
    '{"a":"US$"}',
    '{"a":"x\\ny"}',
    '{"a":"bob@h.example","b":"companion"}',
    `{"a":"${run.slice(1)}","b":"${"word ".repeat(60)}"}`,
  ])("else it stays as it is: %s", (text) => {
    expect(isHarmless(text, knowing())).toBe(true);
  });

  function knowing(): JsonSink {
    const sink = sinkOf();
    sink.values.addName("portal_login");
    sink.values.addWord("Zq7vR8wK63");
    sink.values.seal();
    return sink;
  }
});

it("the ledger is told where and by which rule, and nothing of texts in texts but where these stand", () => {
  const sink = sinkOf();
  redacted(
    JSON.stringify({
      password: "open",
      pin: 4839,
      field: { type: "password", value: 4830 },
      a: { action_type: "input_text", text: "Bob" },
      headers: { "X-Api-Key": "open" },
      extra_http_headers: { "X-Tenant": "open", b: '{"c":"d"}' },
      rows: [["password", "open12"]],
      body: '{"token": "open"}',
      content: { text: BYTES },
      url: `data:image/png;base64,${BYTES}`,
    }),
    sink,
  );
  expect(sink.rules).toEqual([
    "password: name: password",
    "pin: name: otp",
    "field.value: name: password",
    "a.text: typed text: typed",
    "headers.X-Api-Key: header: key",
    "extra_http_headers.X-Tenant: header: secret",
    "extra_http_headers.b: header: secret",
    "rows.[].[]: name: password",
    "body: name: token",
    "content.text: binary body: body",
    "url: picture: image",
  ]);
  expect(sink.place).toBeNull();
});
