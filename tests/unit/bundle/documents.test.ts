import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replaceUrls } from "@/core/bundle/documents";
import { mayHoldSignedUrls } from "@/core/bundle/signed-urls";
import { expectLinearTime } from "../support/linear-time";

const API = "https://api.skyvern.com/v1/artifacts";
const S3 =
  "https://bucket.s3.amazonaws.com/a%20b.png?X-Amz-Algorithm=AWS4&X-Amz-Signature=SECRET&X-Amz-Expires=9";

const paths = new Map([
  ["a_1", "data/recording/recording.webm"],
  ["a_2", 'data/downloads/"odd"\\name.pdf'],
]);
const pathOf = (id: string): string | null => paths.get(id) ?? null;
const replace = (text: string, extra?: ReadonlyMap<string, string>): string =>
  replaceUrls(text, pathOf, extra);
/** A document with that text as its only string. */
const inJson = (value: string): string => JSON.stringify({ url: value });
const unwrapped = (text: string): unknown => JSON.parse(text).url;
const replaced = (value: string, extra?: ReadonlyMap<string, string>): unknown =>
  unwrapped(replace(inJson(value), extra));

describe("artifact URLs (design.md §4)", () => {
  it.each([
    [`${API}/a_1/content`],
    [`${API}/a_1/content?sig=SECRET&expires=1`],
    [`${API}/a_1/content?artifact_name=x.webm&artifact_type=recording`],
    ["http://localhost:8000/v1/artifacts/a_1/content?sig=SECRET"],
    ["https://proxy.example/skyvern/api/v1/artifacts/a_1/content?sig=SECRET"],
    ["HTTPS://api.skyvern.com/v1/artifacts/a_1/content?sig=SECRET#t=10"],
    [`${API}/a_1/content?expires=1&amp;sig=SECRET`],
    [`${API}/a_1/content?expires=1&amp;amp;sig=SECRET`],
    [`${API}/a_1/content?name=ü(1)[2]'3'.webm&sig=SECRET`],
    [encodeURIComponent(`${API}/a_1/content?expires=1&sig=SECRET`)],
    [encodeURIComponent(encodeURIComponent(`${API}/a_1/content?expires=1&sig=SECRET`))],
  ])("%s becomes the file's path", (url) => {
    expect(replaced(url)).toBe("data/recording/recording.webm");
  });

  it("become artifact:<id> where the file is not in the bundle", () => {
    expect(replaced(`${API}/art_9-x/content?sig=SECRET`)).toBe("artifact:art_9-x");
  });

  it.each([
    ["See %s.", "See data/recording/recording.webm."],
    ["[video](%s), then", "[video](data/recording/recording.webm), then"],
    ["'%s'", "'data/recording/recording.webm'"],
    ['<a href="%s">x</a>', '<a href="data/recording/recording.webm">x</a>'],
    ["&lt;a href=&quot;%s&quot;&gt;", "&lt;a href=&quot;data/recording/recording.webm&quot;&gt;"],
    ["%s\n%s", "data/recording/recording.webm\ndata/recording/recording.webm"],
    ["%s,%s", "data/recording/recording.webm,data/recording/recording.webm"],
    ["ビデオ：%s。次", "ビデオ：data/recording/recording.webm。次"],
    ["https://app.example/view?file=%s", "https://app.example/view?file=data/recording/recording.webm"],
  ])("inside %j leave what is around them", (around, wanted) => {
    const url = `${API}/a_1/content?expires=1&sig=SECRET`;
    expect(replaced(around.replaceAll("%s", url))).toBe(wanted);
  });

  it("as a percent-encoded parameter leave the parameters after them", () => {
    const url = encodeURIComponent(`${API}/a_1/content?expires=1&sig=SECRET`);
    expect(replaced(`https://app.example/?file=${url}&page=2`)).toBe(
      "https://app.example/?file=data/recording/recording.webm&page=2",
    );
  });

  it.each([
    [
      "slashes escaped",
      String.raw`{"url":"https:\/\/api.skyvern.com\/v1\/artifacts\/a_1\/content?sig=SECRET"}`,
    ],
    ["ampersands as \\u0026", String.raw`{"url":"${API}/a_1/content?expires=1\u0026sig=SECRET"}`],
    [
      "an equals sign as \\u003d",
      String.raw`{"url":"${API}/a_1/content?expires\u003d1\u0026sig\u003dSECRET"}`,
    ],
    [
      "everything as \\u",
      String.raw`{"url":"https\u003A\u002F\u002Fx\u002Fv1\u002fartifacts\u002fa_1\u002fcontent\u003Fsig\u003dSECRET"}`,
    ],
  ])("are known with %s", (_, text) => {
    expect(replace(text)).toBe('{"url":"data/recording/recording.webm"}');
  });

  it.each([1, 2, 3, 4])("are known inside JSON in strings, %i deep", (depth) => {
    const wrap = (url: string): string => {
      let text = JSON.stringify({ url, next: 1 });
      for (let level = 0; level < depth; level++) text = JSON.stringify({ inner: text });
      return text;
    };
    expect(replace(wrap(`${API}/a_1/content?sig=SECRET`))).toBe(wrap("data/recording/recording.webm"));
  });

  it("with escaped slashes and ampersands are known inside JSON in strings", () => {
    const inner = String.raw`{"url":"https:\/\/x\/v1\/artifacts\/a_1\/content?e=1\u0026sig=SECRET"}`;
    expect(replace(inJson(inner))).toBe(inJson('{"url":"data/recording/recording.webm"}'));
  });

  it("the path is escaped, so that the document stays JSON", () => {
    expect(replaced(`${API}/a_2/content?sig=SECRET`)).toBe(paths.get("a_2"));
  });
});

describe("signed URLs of other hosts (design.md §4)", () => {
  const signed = [
    [S3],
    ["https://account.blob.core.windows.net/c/f.png?se=1&sig=SECRET%3D"],
    ["https://storage.googleapis.com/b/f?X-Goog-Algorithm=G&X-Goog-Signature=SECRET"],
    ["https://storage.googleapis.com/b/f?GoogleAccessId=x&Expires=1&Signature=SECRET"],
    ["https://d1.cloudfront.net/f?Key-Pair-Id=K&signature=SECRET~_"],
    ["https://bucket.s3.amazonaws.com/file (1).pdf?X-Amz-Signature=SECRET".replace(" ", "%20")],
    ["https://s3.example/f?response-content-disposition=attachment;filename='ü'&X-Amz-Signature=SECRET"],
  ];

  it.each(signed)("%s becomes its path where it is known", (url) => {
    expect(replaced(url, new Map([[url, "data/other/f.png"]]))).toBe("data/other/f.png");
  });

  it.each(signed)("%s is taken out where it is not", (url) => {
    expect(replaced(url)).toBe("redacted:signed-url");
  });

  it("are looked up with their escapes undone", () => {
    const text = inJson(S3).replaceAll("/", "\\/").replaceAll("&", "\\u0026");
    expect(unwrapped(replace(text, new Map([[S3, "data/other/f.png"]])))).toBe("data/other/f.png");
  });

  it("a URL known as a file's is replaced without a signature too", () => {
    const url = "https://files.example/report.pdf";
    expect(replaced(url, new Map([[url, "data/downloads/report.pdf"]]))).toBe("data/downloads/report.pdf");
  });

  it("lose their signature where the URL can't be seen whole", () => {
    expect(replaced("api.skyvern.com/v1/x?expires=1&sig=SECRET&a=1")).toBe(
      "api.skyvern.com/v1/x?expires=1&sig=redacted&a=1",
    );
  });
});

describe("everything else", () => {
  it.each([
    [inJson("https://example.com/page?a=1&b=2#c")],
    [inJson("https://api.skyvern.com/v1/artifacts/a_1")],
    [inJson("https://app.skyvern.com/runs/wr_1/overview")],
    [inJson("signature=abc, my sig=x; design=1?design=2&assig=3")],
    [inJson("http:// https:/ http")],
    ['{ "n" : 9223372036854775807, "f": 1.0, "e": 1E5,\r\n\t"u": "\\u00e9\\/" }'],
    ["[]"],
    [""],
    ["no JSON: https://example.com"],
  ])("%s keeps every byte", (text) => {
    expect(replace(text)).toBe(text);
  });

  it("around a replaced URL keeps its bytes", () => {
    const text = `{"id": 9223372036854775807, "u" : "${API}/a_1/content?sig=x" , "z":1.00}`;
    expect(replace(text)).toBe(
      '{"id": 9223372036854775807, "u" : "data/recording/recording.webm" , "z":1.00}',
    );
  });
});

describe("for any document", () => {
  const secret = "5ecre7";
  const url = fc.constantFrom(
    `${API}/a_1/content?expires=1&sig=${secret}`,
    `${API}/a_9/content?a=ü&sig=${secret}&b=(x)`,
    `https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=${secret}`,
    `https://s.example/?next=https://t.example/&Signature=${secret}`,
    encodeURIComponent(`https://x.example/?a=1&sig=${secret}`),
    `//x.example/?sig=${secret}`,
  );
  const filler = fc.oneof(
    fc.string({ unit: "binary", maxLength: 10 }),
    fc.constantFrom(
      " ",
      '"',
      "\\",
      "\n",
      "(",
      ")",
      "'",
      ",",
      "&",
      "&amp;",
      "&quot;",
      "é",
      "。",
      "https://",
      "\\u0026",
    ),
  );
  const value = fc.array(fc.oneof(url, filler), { maxLength: 8 }).map((pieces) => pieces.join(""));
  const spellings: ((text: string) => string)[] = [
    (text) => text,
    (text) => text.replaceAll("/", "\\/"),
    (text) => text.replaceAll("&", "\\u0026"),
    (text) => text.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ];

  it("stays JSON and lets no signature survive", () => {
    fc.assert(
      fc.property(value, fc.nat(2), fc.constantFrom(...spellings), (text, depth, spell) => {
        let document = spell(inJson(text));
        for (let level = 0; level < depth; level++) document = inJson(document);
        const done = replace(document);
        expect(() => JSON.parse(done)).not.toThrow();
        expect(done).not.toContain(secret);
      }),
      { numRuns: 3000 },
    );
  });

  it("without a URL it is left alone", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(replace(text)).toBe(text);
      }),
    );
  });
});

describe("a text that may hold signed URLs", () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        "https://x.example/",
        "/v1/artifacts/a_1/content",
        "?sig=abc",
        "&X-Amz-Signature=1",
        "design",
        " ",
      ),
      fc.string({ maxLength: 8 }),
    ),
    { maxLength: 8 },
  );

  it("is every text that would be changed", () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        const json = JSON.stringify(text);
        if (!mayHoldSignedUrls(text)) expect(replaceUrls(json, () => "path")).toBe(json);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(["https://shop.example/design?assignment=1", "signal & noise"])("is not %j", (text) => {
    expect(mayHoldSignedUrls(text)).toBe(false);
  });
});

describe("takes linear time", () => {
  it.each([
    ["plain text", "", "lorem ipsum dolor "],
    ["URLs", "", `"${API}/a_1/content?expires=1&sig=SECRET", `],
    ["one endless URL", "https://x/", "a"],
    ["one endless signed URL", "https://x/?sig=", "ü("],
    ["schemes", "", "https://"],
    ["half schemes", "", "https:"],
    ["backslashes", "", "\\"],
    ["a scheme and backslashes", "https:", "\\"],
    ["schemes and backslashes", "", "https:\\\\\\\\\\\\\\\\"],
    ["a URL of escapes", "https://x/", "\\u0061"],
    ["ampersands", "https://x/", "&"],
    ["escaped ampersands", "https://x/&", "amp;"],
    ["percent signs", "", "%25"],
    ["a scheme and percent signs", "https%", "25"],
    ["artifact paths", "https://x", "/v1/artifacts/a"],
    ["punctuation", "https://x/?sig=a", "."],
    ["signature names", "", "&sig="],
    ["signatures of punctuation", "", "&sig=."],
    ["signatures of brackets", "", "?sig=("],
  ])("on %s", (_, start, piece) => {
    expectLinearTime(400_000, (length) => {
      const text = start + piece.repeat(Math.ceil(length / piece.length));
      return () => replace(text);
    });
  });
});
