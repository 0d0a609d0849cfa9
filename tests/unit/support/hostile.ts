import * as fc from "fast-check";

/** What has broken other tools, each by itself. */
export const TRICKS = [
  "..",
  "../",
  "..\\",
  "/etc/passwd",
  "C:\\",
  "\\\\host\\share",
  "~",
  "con",
  "NUL.txt",
  "aux.",
  "a:b",
  "x\0y",
  ".",
  " ",
  "\u202e",
  "\u2066",
  "\u200b",
  "\ufeff",
  "\u0007",
  "%2e%2e%2f",
  "%",
  "…",
  "．．／",
  "İ",
  "ß",
  "\ud800",
  "👩‍👩‍👧",
  "-rf",
  "$(id)",
  "`id`",
  "desktop.ini",
  ".lnk",
  ";",
  ";1",
  "e\u0301",
  "é",
  "|",
  "<",
  ">",
  '"',
  "?",
  "*",
  "\n",
  "\r",
  "__proto__",
  "constructor",
];
/** Text as somebody would write it who wants to break a name, a path, a header or a document. */
export const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...TRICKS),
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.string({ unit: "grapheme", maxLength: 12 }),
    ),
    {
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(""));
