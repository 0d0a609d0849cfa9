import { expect, it } from "vitest";
import { nextEntity, tagAcross } from "@/core/redact/tags";

/** `@` stands where the goal is. */
it.each([
  ['<b><i a="@x">', '<i a="x">'],
  ['<b>text@ <i a="x">', '<i a="x">'],
  ['<a t="> @"><b>', '<a t="> "><b>'],
  ["<a t='> @'><b>", "<a t='> '><b>"],
  [`<a t="'" u="> @"><b>`, `<a t="'" u="> "><b>`],
  [`<a t='"'> @ <b>`, "<b>"],
  ['<a t="<b u="> x@ y">', '<b u="> x y">'],
  ['<a t="<b <c">x@ y', '<c">x y'],
  ["<b <i@ >", "<i >"],
  ["<b> x @ y", ""],
  ["no tag@", ""],
  ["@", ""],
  ["@<b>", "<b>"],
  ["<b@>", ""],
  ["<b@ ", "<b "],
  [`<a ${'x="" '.repeat(100)}> @`, ""],
  [`<a ${'x="" '.repeat(101)}> @`, `<a ${'x="" '.repeat(101)}>  `.slice(0, -1)],
])("of %j the next tag that reaches the goal or stands behind it is %j", (marked, rest) => {
  const html = marked.replace("@", "");
  const at = tagAcross(html, 0, marked.indexOf("@"));
  expect(at < 0 ? "" : html.slice(at)).toBe(rest);
  const moved = tagAcross(`<x ${html}`, 3, marked.indexOf("@") + 3);
  expect(moved).toBe(at < 0 ? -1 : at + 3);
});

it.each([
  ["a &amp; b &quot;c&quot;", 0, 10],
  ["&quot;c&QUOT;", 1, 7],
  ["x&lt;", 0, 1],
  ["&#39;", 0, 0],
  ["&amp;&gt;&", 0, -1],
  ["quot;", 0, -1],
  ["", 0, -1],
])("of %j, from %i on, an entity that may hide a quote or a tag begins at %i", (text, from, at) => {
  expect(nextEntity(text, from)).toBe(at);
});
