import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Redactor, type TextFormat, Unredactable } from "@/core/redact/redactor";
import { expectLinearTime } from "../support/linear-time";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Both passes over some files. */
function redact(files: [TextFormat, string][], words: string[] = []): string[] {
  const redactor = new Redactor(words);
  for (const [format, text] of files) {
    const pass = redactor.learning(format);
    pass.write(bytes(text));
    pass.finish();
  }
  redactor.seal();
  return files.map(([format, text]) => {
    const pass = redactor.redacting("file", format);
    return pass.write(bytes(text)) + pass.finish();
  });
}
const one = (format: TextFormat, text: string, words?: string[]): string =>
  redact([[format, text]], words)[0] ?? "";
const inJson = (value: unknown) => JSON.parse(one("json", JSON.stringify(value)));

describe("JSON", () => {
  it("keeps numbers, literals and its own spelling", () => {
    const text = '{ "max_tokens" : 4096, "big":9007199254740993, "ok":true,\n"n\\u00f6te":"caf\\u00e9" }';
    expect(one("json", text)).toBe(text);
  });

  it("with a picture of many megabytes in it is rewritten as any other", () => {
    const body = {
      mimeType: "image/png",
      encoding: "base64",
      text: `iVBORw0KGgo${"AAAA".repeat(2_500_000)}A`,
    };
    const address = { icon: `data:image/png;base64,${"QUJD".repeat(2_500_000)}`, note: "here" };
    const out = inJson({ log: { content: body, address } });
    expect(out.log.content.text).toBe("[redacted:body#1]");
    expect(out.log.address).toEqual({ icon: "data:image/png;base64,[redacted:image#1]", note: "here" });
  });

  it("hides numbers under names of codes and cards alone", () => {
    expect(inJson({ pin: 8361, token: 1200 })).toEqual({ pin: "[redacted:otp#1]", token: 1200 });
  });

  it("hides typed texts, by action and by trace", () => {
    expect(inJson({ action_type: "input_text", text: "Bob Meier" }).text).toMatch(/^\[redacted:typed#/);
    expect(inJson({ method: "fill", params: { selector: "#x", value: "Bob Meier" } }).params.value).toMatch(
      /typed/,
    );
  });

  it("learns a value that stands before its name, and hides it everywhere else", () => {
    const [, log] = redact([
      ["json", '{"headers": [{"value": "Zq7abcd1234efgh", "name": "X-Auth-Token"}]}'],
      ["json", '{"headers": [{"value": "Zq7abcd1234efgh", "name": "X-Auth-Token"}]}'],
    ]);
    expect(log).not.toContain("Zq7abcd1234efgh");
  });

  it.each([
    [{ tokens: ["Zq7abcd1234efgh"] }],
    [{ credentials: { portal: "Zq7abcd1234efgh" } }],
    [{ cookies: { sid: "Zq7abcd1234efgh" } }],
    [{ "sk-ant-api03-Zq7abcd1234efgh5678ij": 1 }],
    [{ txtpassword: "Zq7abcd1234efgh" }],
    [{ __playwright_value_: "Zq7abcd1234efgh" }],
    [{ url: "https://h.example/?data=%7B%22token%22%3A%22Zq7abcd1234efgh%22%7D" }],
    [{ url: "https://h.example/?r=https%3A%2F%2Fb.example%3Fn%3Dx%253Ftoken%253DZq7abcd1234efgh" }],
    [{ body: "user%5Bpassword%5D=1", text: "a=1&user%5Bpassword%5D=Zq7abcd1234efgh" }],
  ])("hides what stands in %j", (value) => {
    expect(one("json", JSON.stringify(value))).not.toContain("Zq7abcd1234efgh");
  });

  it("with a line break in a text as it is, is none", () => {
    expect(() => one("json", '{"a": "x\ny"}')).toThrow(Unredactable);
  });

  it("hides pictures, whatever they stand in", () => {
    const picture = Buffer.from(Array.from({ length: 600 }, (_, index) => (index * 37) % 256)).toString(
      "base64",
    );
    const request = { source: { type: "base64", media_type: "image/png", data: picture } };
    expect(inJson(request).source.data).toMatch(/^\[redacted:(?:body|image)#1\]$/);
    expect(inJson({ url: `data:image/png;base64,${picture}` }).url).toBe(
      "data:image/png;base64,[redacted:image#1]",
    );
  });

  it("looks into JSON in a text in JSON", () => {
    const deep = { a: JSON.stringify({ b: JSON.stringify({ password: "hunter2-hunter2" }) }) };
    expect(JSON.stringify(inJson(deep))).not.toContain("hunter2");
  });

  it.each([
    ["cut off", ["", " ", "{", '{"a": 1', '{"a": 1,', "[[1]", '"half', '[1] "half', "[1, "]],
    ["unexpected ,", ["1,", "[,1]", "[1,,2]", '{"a", 1}', "{,}", '{"a":,1}', '{"a":1,,"b":2}']],
    ["unexpected :", ["[1:2]", "[:1]", "{:1}", '{"a"::1}', '{"a":1:2}']],
    ["unexpected }", ["}", '{"a"}', '{"a":}', '{"a":1,}', "[1}", "{}}"]],
    ["unexpected ]", ["[1,]", '{"a":1]', "[1]]"]],
    ["unexpected value", ["[1 2]", "{1}", "{1:2}", '{"a" 1}', '{"a":1 "b":2}', '["a" "b"]', "[1 {}]"]],
    ["more than one value", ["1 2", "{} {}", '"a" "b"']],
    ["unexpected x", ['{"a": 1} x', "x"]],
    ["a text is damaged", ['{"a": "\\x"}', '[{"a\\nb":1}, {"a\nb":1}]']],
  ])("that is none is refused: %s", (reason, texts) => {
    for (const text of texts) {
      expect(() => one("json", text), text).toThrow(`no sound JSON: ${reason}`);
      expect(() => one("json", text), text).toThrow(Unredactable);
    }
  });

  it("stays the JSON that it was, but for texts", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const shape = (each: unknown): unknown => {
          if (typeof each === "string" || typeof each === "number") return "leaf";
          if (Array.isArray(each)) return each.map(shape);
          if (typeof each !== "object" || each === null) return each;
          return Object.entries(each).map(([key, inner]) => [key, shape(inner)]);
        };
        expect(shape(JSON.parse(one("json", text)))).toEqual(shape(JSON.parse(text)));
      }),
    );
  });
});

describe("a known value", () => {
  const secret = fc
    .string({ unit: fc.constantFrom(..."abcdefgXYZ0123456789-_!&+/ä"), minLength: 10, maxLength: 30 })
    .filter((value) => /\d/.test(value) && /[a-z]/i.test(value) && !/[-_!&+/]$/.test(value));

  it("is found in every file, whatever stands around it and however it is encoded", () => {
    fc.assert(
      fc.property(secret, (value) => {
        const [, log = ""] = redact([
          ["json", JSON.stringify({ password: value })],
          [
            "text",
            [
              `seen <${value}>`,
              encodeURIComponent(value),
              encodeURIComponent(encodeURIComponent(value)),
              Buffer.from(value).toString("hex"),
              Buffer.from(value).toString("base64"),
            ].join("\n"),
          ],
        ]);
        expect(log).not.toContain(value);
        expect(log).not.toContain(encodeURIComponent(value));
        expect(log).not.toContain(Buffer.from(value).toString("hex"));
        expect(Buffer.from(log.split("\n").at(-1) ?? "", "base64").toString()).not.toContain(value);
      }),
    );
  });

  it("that is a word of the language is hidden in its place alone", () => {
    const [json, log] = redact([
      ["json", '{"password": "admin"}'],
      ["text", "admin opened the page"],
    ]);
    expect(json).not.toContain("admin");
    expect(log).toBe("admin opened the page");
  });

  it("that the user named is hidden everywhere", () => {
    expect(one("text", "Project Falcon, falcon", ["Falcon"])).toBe("Project [redacted:word#1], falcon");
  });
});

describe("any text", () => {
  it.each<TextFormat>(["text", "html", "jsonl"])("as %s is unchanged by a second pass", (format) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (noise) => {
        const text = `password=abc123XYZ ${noise.replaceAll("\0", "")}\ntoken: ${noise.replaceAll("\0", "")}`;
        const first = one(format, text);
        expect(one(format, first)).toBe(first);
      }),
    );
  });

  it("with a piece of a page in it is searched as one", () => {
    const prompt =
      'Elements:\n<input id="AAAB" type="password" value="open sesame">\n<a href="/next">Next</a>\n';
    expect(one("text", prompt)).toBe(prompt.replace("open sesame", "[redacted:password#1]"));
    expect(inJson({ content: prompt }).content).toBe(prompt.replace("open sesame", "[redacted:password#1]"));
  });

  it.each([
    'page.fill("#password", "Zq7abcd1234efgh")',
    'log: {\\"password\\": \\"Zq7abcd1234efgh\\"}',
    'password: "Zq7abcd1234efgh and more"',
    "Log in as bob with password Zq7abcd1234efgh please",
    "-----BEGIN PRIVATE KEY-----\nZq7abcd1234efgh",
  ])("hides what stands in %j", (text) => {
    expect(one("text", text)).not.toContain("Zq7abcd1234efgh");
  });

  it("that is prose about secrets stays as it is", () => {
    const prose =
      "The password field is required. Enter your token below; a session key is shown after sign-in. Cookies: accepted.";
    expect(one("text", prose)).toBe(prose);
  });

  it.each(['{"a":-1.25e+3,"b":[true,0]}', "[1.5,null,-2]", "12.75"])(
    "of JSON may be cut anywhere: %s",
    (text) => {
      for (let cut = 0; cut <= text.length; cut++) {
        const pass = new Redactor([]).redacting("file", "json");
        expect(
          pass.write(bytes(text.slice(0, cut))) + pass.write(bytes(text.slice(cut))) + pass.finish(),
        ).toBe(text);
      }
    },
  );

  it("may come byte by byte, each read into the same memory", () => {
    const text = "Grüße, 20 € 😀\n";
    const memory = Buffer.alloc(1);
    const pass = new Redactor([]).redacting("file", "text");
    let out = "";
    for (const byte of bytes(text)) {
      memory[0] = byte;
      out += pass.write(memory);
    }
    expect(out + pass.finish()).toBe(text);
  });

  it("with thousands of secrets that begin alike takes time by its length alone", () => {
    expectLinearTime(8000, (length) => {
      const lines = Array.from({ length }, (_, row) => `token: Zq7vR8wK63tM4xB1${row * 7919}\n`);
      return () => one("text", lines.join(""));
    });
  });

  it("of a table is known by the table's first line, however long the table is", () => {
    const rows = Array.from({ length: 5000 }, (_, row) => `user ${row},open sesame ${row * 7919},note`);
    const out = one("text", `name,password,remark\n${rows.join("\n")}\n`);
    expect(out).not.toContain("open sesame");
    expect(out.split("\n").slice(0, 2)).toEqual([
      "name,password,remark",
      "user 0,[redacted:password#1],note",
    ]);
    expect(out.split("\n")).toHaveLength(rows.length + 2);
  });

  it.each(["binary \0 data", "\ud800"])("that is no text (%j) is refused", (text) => {
    const raw = text === "\ud800" ? Uint8Array.of(0xff, 0xfe, 0x41) : bytes(text);
    const pass = new Redactor([]).redacting("file", "text");
    expect(() => {
      pass.write(raw);
      pass.finish();
    }).toThrow(Unredactable);
  });

  it("is refused where a word is longer than patterns have room for, and never passed through", () => {
    expect(() => one("text", `?a=${"a".repeat(12_000_000)}`)).toThrow(Unredactable);
  });

  it.each([
    ["names without values", "token:"],
    ["addresses without end", "http://a:"],
    ["the beginning of tags", "<input a="],
    ["digits", "4111"],
    ["key blocks that don't end", "-----BEGIN RSA-----\n"],
  ])("full of %s takes time by its length alone", (_, piece) => {
    expectLinearTime(400_000, (length) => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      return () => {
        one("text", text);
        one("html", text);
      };
    });
  });
});

describe("long files", () => {
  const KEY = "MIIBVgIBADANBg";
  const filler = (length: number): string =>
    `${"x".repeat(99)}\n`.repeat(Math.ceil(length / 100)).slice(-length);
  const block = (lines: number): string =>
    `-----BEGIN PRIVATE KEY-----\n${`${KEY}\n`.repeat(lines)}-----END PRIVATE KEY-----\n`;

  it.each([500, 65_000, 65_530, 65_600, 131_000, 200_000, 393_200])(
    "hide a key block wherever blocks of lines meet: at %i",
    (before) => {
      const text = `${filler(before)}${block(80)}${filler(400_000)}${block(3)}password: hunter22\n`;
      const out = one("text", text);
      expect(out).not.toContain(KEY);
      expect(out.replace(/\[redacted:\w+#\d\]/g, "[]")).toBe(
        `${filler(before)}[]\n${filler(400_000)}[]\npassword: []\n`,
      );
    },
  );

  it.each([1000, 65_536, 100_001, 1_000_000])("are the same in chunks of %i", (size) => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, row) => `row ${row} password: hunter22\n`).join("");
    const text = `${rows(2370)}${block(80)}${rows(12_000)}password: hunter22`;
    const pass = new Redactor([]).redacting("file", "text");
    const raw = bytes(text);
    const out: string[] = [];
    for (let at = 0; at < raw.length; at += size) out.push(pass.write(raw.subarray(at, at + size)));
    expect((out.join("") + pass.finish()).replace(/\[redacted:\w+#\d\]/g, "[]")).toBe(
      text.replace(block(80), "[]\n").replaceAll("hunter22", "[]"),
    );
  });

  it("may have a line as long as many blocks, and no line end", () => {
    const line = "word ".repeat(100_000);
    for (const text of [line, `${line}\n${line}`, `a\n${line}\n`]) expect(one("text", text)).toBe(text);
  });

  it("are handed on while they come", () => {
    const pass = new Redactor([]).redacting("file", "text");
    expect(pass.write(bytes(filler(100_000)))).toBe("");
    expect(pass.write(bytes(filler(300_000))).length).toBeGreaterThan(250_000);
    expect(pass.finish().length).toBeLessThan(150_000);
  });

  it.each<[TextFormat, string, string]>([
    ["text", "", "a line is too long"],
    ["html", "", "the page is too long"],
    ["json", '"', "a text is too long"],
  ])("of %s with no end are refused, before memory ends", (format, beginning, reason) => {
    const pass = new Redactor([]).redacting("file", format);
    pass.write(bytes(beginning));
    const megabytes = new Uint8Array(22 * 1024 * 1024).fill(0x78);
    expect([pass.write(megabytes), pass.write(megabytes)]).toEqual(["", ""]);
    expect(() => pass.write(megabytes)).toThrow(reason);
  });
});

describe("a log of JSON and words", () => {
  it("keeps its lines, each searched as what it is", () => {
    const text = [
      'started {"a": 1}',
      '{"password": "hunter22", "n": 1}',
      '  {"page": "open"}',
      '  {"n": 1, "pin": 4839}',
      "{not JSON} password: hunter22",
      "-----BEGIN PRIVATE KEY-----",
      "MIIBVgIBADANBg",
      "-----END PRIVATE KEY-----",
      '["password"]',
      "",
      '{"page": 1} ',
      "",
    ].join("\n");
    expect(one("jsonl", text)).toBe(
      text
        .replaceAll("hunter22", "[redacted:password#1]")
        .replace("4839", '"[redacted:otp#1]"')
        .replace(/-----BEGIN[\s\S]*KEY-----/, "[redacted:key#1]"),
    );
  });

  it("has pieces of pages in it, and tables as texts have", () => {
    expect(one("jsonl", '<input type="password" value="open sesame">\n')).toContain("[redacted:password#1]");
  });
});

describe("the ledger", () => {
  it("has a line for each place and rule, and counts what was written, not what was learnt", () => {
    const redactor = new Redactor(["Falcon"]);
    const text = "Falcon and Falcon\npassword: hunter22\n";
    const learning = redactor.learning("text");
    learning.write(bytes(text));
    learning.finish();
    expect(redactor.ledger()).toEqual([]);
    redactor.seal();
    const pass = redactor.redacting("a.txt", "text");
    pass.write(bytes(text));
    pass.finish();
    const json = redactor.redacting("b.json", "json");
    json.write(bytes('{"a": {"pin": "4839"}}'));
    json.finish();
    expect(redactor.redactLine("Falcon 2", "title")).toBe("[redacted:word#1] 2");
    expect(redactor.ledger()).toEqual([
      { file: "a.txt", place: "text", rule: "known value", count: 3 },
      { file: "b.json", place: "a.pin", rule: "name: otp", count: 1 },
      { file: "title", place: "text", rule: "known value", count: 1 },
    ]);
  });

  it.each([
    '{"action_type": "input_text", "text": "open sesame"}',
    '{"text": "open sesame", "action_type": "input_text"}',
    '{"params": {"selector": "#code", "value": "Zq7vR8wK63"}, "method": "fill"}',
    '{"value": "hunter22", "name": "password"}',
  ])("counts what was taken out of %s once, whether its name comes before or after it", (text) => {
    const redactor = new Redactor([]);
    const learning = redactor.learning("json");
    learning.write(bytes(text));
    learning.finish();
    redactor.seal();
    const pass = redactor.redacting("a.json", "json");
    expect(pass.write(bytes(text)) + pass.finish()).toContain("[redacted:");
    expect(redactor.ledger()).toMatchObject([{ count: 1 }]);
  });
});

it("the user's words count without the blanks around them; a blank one is none", () => {
  expect(one("text", "Project Falcon 2", ["  Falcon ", "    ", ""])).toBe("Project [redacted:word#1] 2");
});

it.each<[string, TextFormat, Uint8Array, string]>([
  ["binary data", "text", Uint8Array.of(0x41, 0, 0x42), "binary data"],
  ["another encoding", "text", Uint8Array.of(0xff, 0xfe, 0x41), "no UTF-8 text"],
  ["a character that is cut off", "text", Uint8Array.of(0x41, 0xc3), "no UTF-8 text"],
  ["no JSON", "json", bytes("{]"), "no sound JSON: unexpected ]"],
  ["another log than a HAR", "har", bytes('{"a": {"log": []}}'), "no HAR"],
])("a file that holds %s says why it is refused", (_, format, raw, reason) => {
  const pass = new Redactor([]).redacting("file", format);
  const read = () => {
    pass.write(raw);
    pass.finish();
  };
  expect(read).toThrow(reason);
  expect(read).toThrow(Unredactable);
});

it("a character may be cut by the end of a chunk, and a file begin with a mark of its bytes' order", () => {
  const pass = new Redactor([]).redacting("file", "text");
  const raw = bytes("\ufeffcaf\u00e9");
  const out = [...raw].map((byte) => pass.write(Uint8Array.of(byte)));
  expect(out.join("") + pass.finish()).toBe("\ufeffcaf\u00e9");
});
