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
    "<input required type='password' value='«password|&#1114112;x»'>",
    '<p title="token>text</p><input type="password" value="«password|open»">',
    "<div title=\"token\" data-x='&lt;input type=&quot;password&quot; value=&quot;«password|open»&quot;>'>x</div>",
    '<input type = "password" value = "«password|open»" />',
    '<input type="password" value="">',
    '<input name="api_key" value="«key|open»"><input name="page" value="open">',
    '<input id="otp" value="«otp|open»"><input key="pin" value="«otp|shut»">',
    '<input autocomplete="one-time-code" value="«otp|open»">',
    '<input aria-label="API key" value="«key|open»"><input placeholder="Password" value="«password|shut»">',
    '<meta name="csrf-token" content="«token|open»"><meta property="api-key" content="«key|shut»">',
    '<meta name="description" content="open token">',
    '<input type="hidden" name="blob" value="«token|Zq7vR8wK63tM4xB1»">',
    '<input type="hidden" name="blob" value="Zq7vR8wK63tM4xB"><input type="hidden" name="code" value="«token|Zq7vR8wK»">',
    '<input type="text" name="blob" value="Zq7vR8wK63tM4xB1">',
    '<textarea name="private_key" rows="4">«key|open sesame»</textarea><textarea name="note">open</textarea>',
    '<textarea rows="4" id="api-key" >«key|open»</textarea>',
    "<textarea required  rows=44 cols='55' id = \"api-key\">«key|open»</textarea>",
    '<label for="x">API key</label><p>Some words.</p><textarea id="x">«key|open»</textarea>',
    "<label>API key</label><textarea>«key|open»</textarea>",
    '<select name="api_key"><option value="«key|Zq7vR8wK63»">a</option><option value="open">b</option></select>',
    '<select name="page"><option value="Zq7vR8wK63">a</option></select>',
    '<select name="api_key"><option value = «key|Zq7vR8wK63»>a</option></select>',
  ],
  labels: [
    '<label>Password</label><input type="text" value="«password|open»">',
    '<label>Password: </label> <div><span></span><input value="«password|open»"></div>',
    '<label>Password</label><input type="submit" value="open"><input type="checkbox" value="open">',
    '<label>Password</label><input type="radio" value="a"><input type="reset" value="b"><input type="image" value="c"><input type="button" value="d">',
    '<label for="x">API key</label><p>Some words.</p><input id="x" value="«key|open»">',
    "<label class=a for=x> API key </label><p>Some words.</p><input id='x' value='«key|open»'>",
    '<label for="y">API key</label><p>Some words.</p><input id="x" value="open">',
    '<label for="x" class="a">API key</label><p>Some words.</p><input id="x" value="«key|open»">',
    '<label>Password</label><option value="open">a</option>',
    '<label>City</label><input type="text" value="open">',
    "<td>API key</td><td>«key|Zq7vR8wK63»</td><td>Name</td><td>Zq7vR8wK63</td>",
    "<dt>Password:</dt> <dd><b>«password|open12»</b></dd>",
    "<dt>Password</dt> <dd><b>«password|open12» </b></dd>",
    "<td>Account number</td><td>«account|4839-2011»</td><td>Account number</td><td>«account|AC-4839»</td><td>CVV</td><td>«card|737»</td><td>City</td><td>737</td>",
    "<td>API key</td><td>4839</td><td>Card number</td><td>none-7</td><td>Account number</td><td>4839x</td>",
    "<td>PIN</td><td>4839x</td><td>PIN</td><td>x4839</td><td>PIN</td><td>483</td><td>API key</td><td>open-sesame</td>",
    "<td>PIN</td><td>«otp|4839»</td><td>Password</td><td>open</td><td>API key</td><td>open sesame</td>",
    "<key>password</key><string>«password|open»</string>",
    "<b>Password:</b> «password|open12» <i>x</i>",
    "Password: <b>«password|open12»</b>",
    "Password: <i><b>«password|open12»</b></i>",
    "<b>CVV:</b> «card|737» <i>x</i>",
    "Password: <b>open</b>, Name: <b>open12</b>",
  ],
  elements: [
    "<apiKey>«key|Zq7vR8wK63»</apiKey><password>«password|open»</password><page>Zq7vR8wK63</page>",
    "<ns:password>«password|open»</ns:password>",
    "<ns:pin>«otp|4839»</ns:pin><token>accept</token>",
    '<code id="password">open sesame</code>',
    '<code name="api-key">«key|Zq7vR8wK63»</code><code class="x pin">«otp|4839»</code><data id="api-key">«key|Zq7vR8wK63»</data>',
    "<password>open sesame</password>",
    '<code id="api-key">«key|Zq7vR8wK63»</code><code class="a api-key">«key|Wq7vR8wK63»</code>',
    '<span data-testid="otp">«otp|4839»</span><span itemprop="password">«password|open12»</span><b aria-label="API key">«key|Zq7vR8wK63»</b>',
    '<span data-label="pin" title="x"> «otp|4839» </span>'.replace("> «otp|4839» <", ">«otp|4839»<"),
    '<button id="api-key">Zq7vR8wK63</button><a class="password">open12</a><label id="otp">4839</label>',
    '<code id="page">Zq7vR8wK63</code>',
    '<h2 id="api-key">Zq7vR8wK63</h2>',
  ],
  "other attributes": [
    '<div data-api-key="«key|open»" data-page="open">x</div>',
    '<div data-props="{&quot;apiKey&quot;:&quot;«key|Zq7vR8wK63»&quot;,&quot;page&quot;:2}">x</div>',
    "<div data-props='{&quot;password&quot;:&quot;«password|open1234»&quot;}'>x</div>",
    '<div data-props="{&quot;password&quot;:&quot;«password|open1234»&quot;,&quot;b&quot;:&quot;it\'s 1 &lt; 2 &amp;&amp; 3&quot;}">x</div>',
    "<div data-props='{&quot;password&quot;:&quot;«password|open1234»&quot;,&quot;b&quot;:&quot;it&#39;s&quot;}'>x</div>",
    "<div data-props={&quot;password&quot;:&quot;«password|open1234»&quot;}>x</div>",
    "<div title='token &#34;a&#34; &LT;b>'>x</div>",
    '<div data-sid="«session|open»" data-pin="«otp|4839»">x</div>',
    '<x-tip name="password" content="Your password">x</x-tip>',
    'API key: <button data-copy="open" title="Zq7vR8wK63">Copy</button>',
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
  redactHtml('<input type="password" value="a&amp;b&lt;c&gt;&quot;&#39;&#x41;&apos;7&#x0000042;&#000067;">', {
    values,
    note: () => {},
  });
  values.seal();
  expect(values.isIn(`seen a&b<c>"'A'7BC`)).toBe(true);
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

it.each([
  ['<a href="/x?sid&#x3D;Zq7vR8wK63">', '<a href="/x?sid=[redacted:session]">'],
  ['<a href="/x?sid&#61;Zq7vR8wK63">', '<a href="/x?sid=[redacted:session]">'],
  [
    '<a title=\'token <input type="password" value="open">\' id=b>',
    "<a title='token &lt;input type=&quot;password&quot; value=&quot;[redacted:password]&quot;>' id=b>",
  ],
])("what stands in codes or quotes is hidden: %s becomes %s", (html, expected) => {
  expect(hidden(html)).toBe(expected);
});

it.each([
  ['<input type="password" value="open">', "field: password"],
  ['<textarea name="api_key">open</textarea>', "field: key"],
  ['<select name="api_key"><option value="Zq7vR8wK63"></select>', "field: key"],
  ["<td>API key</td><td>Zq7vR8wK63</td>", "label: key"],
  ["Password: <b>open12</b>", "label: password"],
  ["<password>open</password>", "element: password"],
  ['<code id="api-key">Zq7vR8wK63</code>', "element: key"],
])("the rule that finds %j is noted once: %s", (html, rule) => {
  const rules: string[] = [];
  redactHtml(html, { values: new KnownValues(), note: (each) => rules.push(each) });
  expect(rules).toEqual([rule]);
});
