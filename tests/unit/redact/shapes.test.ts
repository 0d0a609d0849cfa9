import { describe, expect, it } from "vitest";
import { cluesIn } from "@/core/redact/clues";
import type { SecretKind } from "@/core/redact/sensitive-names";
import { replaceShapes } from "@/core/redact/shapes";

/** Made up, and drawn from all that a secret's alphabet has. */
const ANY = "Zq7vR8wK63tM4xB1pL9sD2fG5hJ0cN6yT3uEaWoQ8iVkXm4rYb1zS7dF2gH5jK9l";
const HEX = "9f86d081884c7d659a2feaa0c55ad0153b4c6e7f8a9b0c1d2e3f405162738495";
const UPPER = "QZ7VR3WK5TM4XB2PL6SD2FG5HJ3CN6YT3UEAWOQ4IVKXM4RYB6ZS7DF2GH5JK3L";
const any = (length: number): string => ANY.slice(0, length);
const hex = (length: number): string => HEX.slice(0, length);
const upper = (length: number): string => UPPER.slice(0, length);

const hidden = (text: string): string => replaceShapes(text, cluesIn(text), (kind) => `[${kind}]`);

/** An account's number with its check digits (ISO 13616). */
function iban(country: string, account: string): string {
  const digits = Array.from(`${account}${country}00`, (each) => Number.parseInt(each, 36)).join("");
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, "0")}${account}`;
}

/** The shortest of each form that counts as one. */
const FORMS: [kind: SecretKind, what: string, value: string][] = [
  ["token", "a JWT", `eyJ${any(10)}.${any(10)}.${any(20)}`],
  ...["AKIA", "ASIA", "ABIA", "ACCA", "AROA", "AIDA"].map((start): [SecretKind, string, string] => [
    "key",
    `AWS ${start}`,
    start + upper(16).replace(/[0189]/g, "7"),
  ]),
  ["key", "Google", `AIza${any(35)}`],
  ["token", "Google, for an hour", `ya29.${any(20)}`],
  ...["p", "o", "u", "s", "r"].map((kind): [SecretKind, string, string] => [
    "token",
    `GitHub gh${kind}`,
    `gh${kind}_${any(36)}`,
  ]),
  ["token", "GitHub, fine-grained", `github_pat_${any(40)}`],
  ["token", "GitLab", `glpat-${any(20)}`],
  ["token", "Slack, a bot's", `xoxb-${any(24)}`],
  ["token", "Slack, an app's", `xapp-${any(24)}`],
  ["key", "Stripe", `sk_live_${any(24)}`],
  ["key", "Stripe, restricted", `rk_test_${any(24)}`],
  ["key", "Stripe's webhook", `whsec_${any(32)}`],
  ["key", "OpenAI", `sk-proj-${any(40)}`],
  ["key", "Anthropic", `sk-ant-api03-${any(40)}`],
  ["token", "npm", `npm_${any(36)}`],
  ["token", "PyPI", `pypi-${any(40)}`],
  ["token", "Hugging Face", `hf_${any(34)}`],
  ["token", "DigitalOcean", `dop_v1_${hex(64)}`],
  ["key", "SendGrid", `SG.${any(22)}.${any(43)}`],
  ["token", "Shopify", `shpat_${hex(32)}`],
  ["token", "Atlassian", `ATATT3${any(40)}`],
  ["key", "age", `AGE-SECRET-KEY-1${upper(58)}`],
  ["token", "1Password", `ops_eyJ${any(60)}`],
  ["token", "a Telegram bot", `123456789:AA${any(33)}`],
  ["token", "Databricks", `dapi${hex(32)}`],
  ["key", "Mailgun", `key-${hex(32)}`],
  ["token", "Vault", `hvs.${any(24)}`],
  ["token", "Grafana", `glsa_${any(32)}`],
  ["key", "Linear", `lin_api_${any(40)}`],
  ["token", "Notion", `ntn_${any(40)}`],
  ["key", "Postman", `PMAK-${any(40)}`],
  ["token", "Doppler", `dp.pt.${any(40)}`],
  ["token", "Sentry", `sntrys_${any(40)}`],
  ["token", "Google, for good", `1//0${any(40)}`],
  ["key", "Mailchimp", `${hex(32)}-us12`],
  ["key", "Twilio", `SK${hex(32)}`],
  ["key", "Artifactory", `AKCp${any(64)}`],
  ["key", "Facebook", `EAACEdEose0cBA${any(30)}`],
  ["key", "Alibaba", `LTAI${any(20)}`],
  ["password", "a hash of bcrypt", `$2b$12$${any(53)}`],
  ["password", "a hash of argon2", `$argon2id$v=19$m=65536,t=3,p=4$${any(22)}$${any(43)}`],
];

describe("a secret is known by its form alone", () => {
  it.each(FORMS)("%s: %s", (kind, _, value) => {
    expect(hidden(`seen ${value} here`)).toBe(`seen [${kind}] here`);
  });

  it.each(
    (
      "xoxa- xoxe- xoxo- xoxp- xoxr- xoxs- hvb. hvr. glc_ gsk_ rubygems_ figd_ nfp_ sbp_ r8_ pul- tfp_ rdme_ " +
      "pscale_tkn_ pscale_oauth_ pscale_pw_ FLWSECK- FLWSECK_TEST- NRAK- HRKU-AA- xai- pplx- GOCSPX- xkeysib- " +
      "sq0atp- sq0csp- glptt- p8e- dp.st. dp.ct. dp.sa. dp.scim. dp.audit. sntryu_ pk_live_ sk_test_ sk-or- sk- " +
      "bot123456789:AA $2$05$ $2a$12$ $2x$12$ $2y$12$ $argon2i$v=19$ $argon2d$v=19$ $1$abcdefgh$ $5$abcdefgh$ $6$abcdefgh$ $apr1$abcdefgh$ $y$j9T$"
    ).split(" "),
  )("%s… too", (start) => {
    expect(hidden(`seen ${start}${any(40)} here`)).toMatch(/^seen \[(?:key|token|password)\] here$/);
  });

  it.each("doo_v1_ dor_v1_ shpca_ shppa_ shpss_".split(" "))("%s… too, with digits of 16", (start) => {
    const value = start + (start.endsWith("v1_") ? hex(64) : hex(32));
    expect(hidden(`seen ${value} here`)).toBe("seen [token] here");
  });

  it.each([
    ["Slack's hook", "https://hooks.slack.com/services/", "T00000000/B00000000/Zq7vR8wK63tM4xB1", "address"],
    ["Discord's hook", "https://discord.com/api/webhooks/", "123456789012345678/Zq7vR8wK63tM4xB1", "address"],
    ["Teams' hook", "https://acme.webhook.office.com/webhookb2/", "Zq7vR8wK63tM4xB1", "address"],
    ["Zapier's hook", "https://hooks.zapier.com/hooks/catch/", "1234567/Zq7vR8wK63tM4xB1", "address"],
    ["a link to set a password", "https://a.example/reset-password/", "Zq7vR8wK63tM4xB1", "token"],
    ["a link of letters alone", "https://a.example/invite/", "abcdefghijKLMNOPQRSTuvwx", "token"],
  ])("in an address: %s", (_, address, secret, kind) => {
    expect(hidden(`seen ${address}${secret} here`)).toBe(`seen ${address}[${kind}] here`);
  });

  it.each(
    "invitation resetpassword verify-mail email-confirm email-confirmation account-verify account-verification".split(
      " ",
    ),
  )("in an address of a.example/%s/", (path) => {
    const address = `https://a.example/${path}/`;
    expect(hidden(`seen ${address}${any(16)} here`)).toBe(`seen ${address}[token] here`);
  });

  it.each([
    ["a card", "4111 1111 1111 1111", "card"],
    ["a card with nines", "6011000990139424", "card"],
    ["a card with dots", "4111.1111.1111.1111", "card"],
    ["a card of 13 digits", "4222222222222", "card"],
    ["a card of 19 digits", "6304000000000000000", "card"],
    ["an IBAN", "DE89 3704 0044 0532 0130 00", "account"],
    ["an IBAN with letters", iban("GB", "ABCD60161331926819"), "account"],
    ["the shortest IBAN", iban("NO", "86011117947"), "account"],
    ["the longest IBAN", iban("LC", "HEMM000100010012001200023015AB"), "account"],
  ])("by its check digits: %s", (_, value, kind) => {
    expect(hidden(`seen ${value} here`)).toBe(`seen [${kind}] here`);
  });
});

describe("what has the form of no secret stays", () => {
  it.each([
    ["a number like a card's with a wrong check digit", "4111 1111 1111 1112"],
    ["an IBAN with a wrong check digit", "DE88 3704 0044 0532 0130 00"],
    ["what would be an IBAN, were it longer", iban("NO", "8601111794")],
    ["what would be an IBAN, were it shorter", iban("LC", "HEMM000100010012001200023015ABC")],
    ["a word that begins like a token", "ghost_writers and sk-learn"],
    ["a key's beginning inside a longer word", `monkey-${hex(32)}`],
    ["a path of words", "https://a.example/reset/instructions-for-users"],
    ["a path with a long word behind", "https://a.example/reset/how-internationalisations"],
    ["a path with a long word before", "https://a.example/reset/internationalisations-how"],
    ["a public certificate that is cut off", "-----BEGIN CERTIFICATE-----\nMIIB and so on"],
  ])("%s", (_, text) => {
    expect(hidden(`seen ${text} here`)).toBe(`seen ${text} here`);
  });
});

describe("a key block", () => {
  const block = (kind: string, body = "\nMIIBVgIBADANBg\n") =>
    `-----BEGIN ${kind}-----${body}-----END ${kind}-----`;

  it("is hidden from its first to its last line, each by itself", () => {
    expect(hidden(`a\n${block("RSA PRIVATE KEY")}\nb\n${block("CERTIFICATE")}\nc`)).toBe(
      "a\n[key]\nb\n[key]\nc",
    );
  });

  it("that is private and cut off is hidden as far as it goes", () => {
    expect(hidden("a -----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBg")).toBe("a [key]");
  });

  it("has no end that stands before it", () => {
    expect(hidden(`-----END PRIVATE KEY-----\n${block("PRIVATE KEY")}\nb`)).toBe(
      "-----END PRIVATE KEY-----\n[key]\nb",
    );
  });

  it.each([0, 20_000])("may have %i characters inside", (length) => {
    expect(hidden(block("CERTIFICATE", "M".repeat(length)))).toBe("[key]");
  });

  it("that ends farther on than any key's is none", () => {
    const far = block("CERTIFICATE", "M".repeat(20_001));
    expect(hidden(far)).toBe(far);
  });
});
