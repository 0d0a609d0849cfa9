import { describe, expect, it } from "vitest";
import { KnownValues } from "@/core/redact/known-values";
import { holdsHtml, redactHtml } from "@/core/redact/redact-html";
import { marked, plainTags } from "./marked";

const hidden = (html: string): string =>
  plainTags(redactHtml(html, { values: new KnownValues(), note: () => {} }));

/** What stands in «…» goes, all the rest stays: `«kind|secret»`. */
const SPECIFIED: Record<string, string[]> = {
  fields: [
    '<input type="password" value="«password|open»">',
    "<INPUT TYPE=Password VALUE=«password|open»>",
    "<input value='«password|open»' type='password' disabled>",
    '<input type = "password" value = "«password|open»" />',
    '<input type="password" value="">',
    '<input name="api_key" value="«key|open»"><input name="page" value="open">',
    '<input id="otp" value="«otp|open»"><input key="pin" value="«otp|shut»">',
    '<input autocomplete="one-time-code" value="«otp|open»">'.replace("one-time-code", "one-time-code"),
    '<input aria-label="API key" value="«key|open»"><input placeholder="Password" value="«password|shut»">',
    '<meta name="csrf-token" content="«token|open»"><meta property="api-key" content="«key|shut»">',
    '<meta name="description" content="open token">',
    '<input type="hidden" name="blob" value="«token|Zq7vR8wK63tM4xB1»">',
    '<input type="hidden" name="blob" value="Zq7vR8wK63tM4xB"><input type="hidden" name="code" value="«token|Zq7vR8wK»">',
    '<input type="text" name="blob" value="Zq7vR8wK63tM4xB1">',
    '<textarea name="private_key" rows="4">«key|open sesame»</textarea><textarea name="note">open</textarea>',
    '<textarea rows="4" id="api-key" >«key|open»</textarea>',
    '<select name="api_key"><option value="«key|Zq7vR8wK63»">a</option><option value="open">b</option></select>',
    '<select name="page"><option value="Zq7vR8wK63">a</option></select>',
  ],
  labels: [
    '<label>Password</label><input type="text" value="«password|open»">',
    '<label>Password: </label> <div><span></span><input value="«password|open»"></div>',
    '<label>Password</label><input type="submit" value="open"><input type="checkbox" value="open">',
    '<label>Password</label><input type="radio" value="a"><input type="reset" value="b"><input type="image" value="c"><input type="button" value="d">',
    '<label for="x">API key</label><p>Some words.</p><input id="x" value="«key|open»">',
    "<label class=a for=x> API key </label><p>Some words.</p><input id='x' value='«key|open»'>",
    '<label for="y">API key</label><p>Some words.</p><input id="x" value="open">',
    '<label>City</label><input type="text" value="open">',
    "<td>API key</td><td>«key|Zq7vR8wK63»</td><td>Name</td><td>Zq7vR8wK63</td>",
    "<dt>Password:</dt> <dd><b>«password|open12»</b></dd>",
    "<td>PIN</td><td>«otp|4839»</td><td>Password</td><td>open</td><td>API key</td><td>open sesame</td>",
    "<key>password</key><string>«password|open»</string>",
    "<b>Password:</b> «password|open12» <i>x</i>",
    "Password: <b>«password|open12»</b>",
    "Password: <b>open</b>, Name: <b>open12</b>",
  ],
  elements: [
    "<apiKey>«key|Zq7vR8wK63»</apiKey><password>«password|open»</password><page>Zq7vR8wK63</page>",
    "<ns:password>«password|open»</ns:password>",
    "<password>open sesame</password>",
    '<code id="api-key">«key|Zq7vR8wK63»</code><code class="a api-key">«key|Wq7vR8wK63»</code>',
    '<span data-testid="otp">«otp|4839»</span><span itemprop="password">«password|open12»</span><b aria-label="API key">«key|Zq7vR8wK63»</b>',
    '<span data-label="pin" title="x"> «otp|4839» </span>'.replace("> «otp|4839» <", ">«otp|4839»<"),
    '<button id="api-key">Zq7vR8wK63</button><a class="password">open12</a><label id="otp">4839</label>',
    '<code id="page">Zq7vR8wK63</code>',
  ],
  "other attributes": [
    '<div data-api-key="«key|open»" data-page="open">x</div>',
    '<div data-props="{&quot;apiKey&quot;:&quot;«key|Zq7vR8wK63»&quot;,&quot;page&quot;:2}">x</div>',
    "<div data-props='{&#34;password&#34;:&#34;«password|open1234»&#34;}'>x</div>".replaceAll(
      "&#34;",
      "&quot;",
    ),
    '<button data-clipboard-text="«key|Zq7vR8wK63»">Copy</button>'.replace("<button", "API key: <button"),
    '<a href="/x?token=«token|Zq7vR8wK»&amp;page=2">x</a>',
    '<param name="password" value="«password|open»">',
    '<div class="password" title="token" id="key">open</div>',
    "<p>1 < 2 and 3 > 2, token</p>",
  ],
};

describe.each(Object.entries(SPECIFIED))("of %s in a page", (_, specifications) => {
  it.each(specifications.map((each) => [each]))("what is marked is hidden: %j", (specification) => {
    const { text, hidden: expected } = marked(specification);
    expect(hidden(text)).toBe(expected);
  });
});

it("a value is learnt as it was typed, not as HTML writes it", () => {
  const values = new KnownValues();
  redactHtml('<input type="password" value="a&amp;b&lt;c&gt;&quot;&#39;&#x41;&apos;7">', {
    values,
    note: () => {},
  });
  values.seal();
  expect(values.isIn(`seen a&b<c>"'A'7`)).toBe(true);
});

it.each(
  "<input x|<META>|<form>|<label>|<td>|<th>|<tr>|<textarea>|<option>|<html>|<body>|<div>|<span>|<add>|<param>|</x>".split(
    "|",
  ),
)("that %s is a piece of a page", (text) => {
  expect(holdsHtml(`seen ${text}`)).toBe(true);
});

it.each(["<inputs>", "1 < 2", "a <b> c", "</ x", "<tdx", "< div>", "div>", ""])("that %j is none", (text) => {
  expect(holdsHtml(text)).toBe(false);
});
