import { describe, expect, it } from "vitest";
import type { SecretKind } from "@/core/redact/sensitive-names";
import { shareSafe } from "./planted";

/** Made up, and drawn from all that a secret's alphabet has. */
const ANY = "Zq7vR8wK63tM4xB1pL9sD2fG5hJ0cN6yT3uEaWoQ8iVkXm4rYb1zS7dF2gH5jK9l";
const HEX = "9f86d081884c7d659a2feaa0c55ad0153b4c6e7f8a9b0c1d2e3f405162738495";
const UPPER = "QZ7VR3WK5TM4XB2PL6SD2FG5HJ3CN6YT3UEAWOQ4IVKXM4RYB6ZS7DF2GH5JK3L";
const any = (length: number): string => ANY.slice(0, length);
const hex = (length: number): string => HEX.slice(0, length);
const upper = (length: number): string => UPPER.slice(0, length);

/** What a text without any name or quote becomes. */
const hidden = (text: string): string =>
  shareSafe([{ name: "log.txt", format: "text", text }]).out[0]?.text ?? "";

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
    expect(hidden(`seen ${value} here`)).toBe(`seen [redacted:${kind}#1] here`);
  });

  it.each([
    ["Slack's hook", "https://hooks.slack.com/services/T00000000/B00000000/Zq7vR8wK63tM4xB1"],
    ["Discord's hook", "https://discord.com/api/webhooks/123456789012345678/Zq7vR8wK63tM4xB1"],
    ["Teams' hook", "https://acme.webhook.office.com/webhookb2/Zq7vR8wK63tM4xB1"],
    ["Zapier's hook", "https://hooks.zapier.com/hooks/catch/1234567/Zq7vR8wK63tM4xB1"],
    ["a link to set a password", "https://a.example/reset-password/Zq7vR8wK63tM4xB1"],
    ["a link of letters alone", "https://a.example/invite/abcdefghijKLMNOPQRSTuvwx"],
  ])("in an address: %s", (_, url) => {
    expect(hidden(`seen ${url} here`)).not.toContain(url.split("/").at(-1));
  });

  it.each([
    ["a card", "4111 1111 1111 1111", "card"],
    ["a card with dots", "4111.1111.1111.1111", "card"],
    ["a card of 13 digits", "4222222222222", "card"],
    ["a card of 19 digits", "6304000000000000000", "card"],
    ["an IBAN", "DE89 3704 0044 0532 0130 00", "account"],
    ["a short IBAN", "NO9386011117947", "account"],
  ])("by its check digits: %s", (_, value, kind) => {
    expect(hidden(`seen ${value} here`)).toBe(`seen [redacted:${kind}#1] here`);
  });
});

describe("what has the form of no secret stays", () => {
  it.each([
    ["a number like a card's with a wrong check digit", "4111 1111 1111 1112"],
    ["an IBAN with a wrong check digit", "DE88 3704 0044 0532 0130 00"],
    ["a word that begins like a token", "ghost_writers and sk-learn"],
    ["a key's beginning inside a longer word", `monkey-${hex(32)}`],
    ["a path of words", "https://a.example/reset/instructions-for-users"],
    ["a public certificate that is cut off", "-----BEGIN CERTIFICATE-----\nMIIB and so on"],
  ])("%s", (_, text) => {
    expect(hidden(`seen ${text} here`)).toBe(`seen ${text} here`);
  });
});

describe("a key block", () => {
  const block = (kind: string) => `-----BEGIN ${kind}-----\nMIIBVgIBADANBg\n-----END ${kind}-----`;

  it("is hidden from its first to its last line, each by itself", () => {
    expect(hidden(`a\n${block("RSA PRIVATE KEY")}\nb\n${block("CERTIFICATE")}\nc`)).toBe(
      "a\n[redacted:key#1]\nb\n[redacted:key#2]\nc",
    );
  });

  it("that is private and cut off is hidden as far as it goes", () => {
    expect(hidden("-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBg")).toBe("[redacted:key#1]");
  });

  it("has no end that stands before it", () => {
    const text = `-----END PRIVATE KEY-----\n${block("PRIVATE KEY")}\nb`;
    expect(hidden(text)).toBe("-----END PRIVATE KEY-----\n[redacted:key#1]\nb");
  });
});
