import { describe, expect, it } from "vitest";
import {
  headerKind,
  type SecretKind,
  sensitiveName,
  sensitiveParameter,
} from "@/core/redact/sensitive-names";

const split = (names: string): string[] => names.split(" ");

describe("a name tells the kind of secret below it", () => {
  it.each<[SecretKind, string]>([
    ["password", "password passwd pwd pass PassCode passphrase one-time-password Kennwort contraseña senha"],
    [
      "password",
      "newPassword smtp_pass db.pass user-pass admin_pass txtpassword password2 contra_sena old_passwort_2x",
    ],
    ["otp", "otp totp pin MFA_code verification_code totp_identifier recovery_code sms-code 2fa_code otp12"],
    ["otp", "login_code activation-code userOtp user_pin cardPin"],
    [
      "secret",
      "mnemonic seed_phrase recoveryKey wallet_seed_phrase connection_string secret client_secret clientSecret",
    ],
    ["secret", "credential credentials Authorization proxy-authorization secret_answer my_credentials"],
    ["token", "token bearer jwt SAMLResponse code_verifier nonce id_token X-CSRF-Token xsrf access_token"],
    ["token", "useraccesstoken authenticityToken csrfmiddlewaretoken"],
    ["session", "session session_id PHPSESSID connect.sid JSESSIONID user_session session_key"],
    ["cookie", "cookie set-cookie setcookie cookies my_cookie"],
    [
      "key",
      "api_key apiKey X-API-Key access_key privateKey secret-key ssh_key auth_key account_key myApikey apikey_prod",
    ],
    ["signature", "sig signature X-Amz-Signature x-goog-credential my_signature"],
    ["card", "cvv cvc2 c.v.v securityCode card_number billing_card_number creditcard pan cardCvv"],
    ["account", "iban ssn account_number bank_account_number routingNumber tax_id customer_iban"],
    [
      "address",
      "totp_verification_url webhook_callback_url webhookUrl proxy_url proxyServer browser_address",
    ],
  ])("%s: %s", (kind, names) => {
    expect(split(names).map((name) => [name, sensitiveName(name)])).toEqual(
      split(names).map((name) => [name, kind]),
    );
  });

  it.each([
    [
      "what is said about a secret",
      "max_tokens input_token_count token_type token_type_ password_hint cookie_policy",
    ],
    [
      "what holds such a word by chance",
      "author keyboard monkey passport discard opinion 3pan tokenize pinned spin_count crispin",
    ],
    ["IDs of Skyvern", "browser_session_id persistent_browser_session_id session_replay"],
    ["what is everyday elsewhere than in addresses", "code state hash t sr"],
    ["what is longer than any name", `password_${"x".repeat(80)}`],
  ])("none for %s: %s", (_, names) => {
    expect(split(names).filter((name) => sensitiveName(name) !== null)).toEqual([]);
  });
});

it("in an address and in a form short names tell too", () => {
  const names = split("code State auth key st ticket t hash");
  expect(names.map(sensitiveParameter)).toEqual(names.map(() => "token"));
  expect(split("sr spr sks").map(sensitiveParameter)).toEqual(["signature", "signature", "signature"]);
  expect(sensitiveParameter("api_key")).toBe("key");
  expect(sensitiveParameter("page")).toBeNull();
});

it.each([
  ["Cookie", "cookies"],
  ["Set-Cookie", "set-cookie"],
  ["Authorization", "authorization"],
  ["Proxy-Authorization", "authorization"],
  ["X-Authentication", "authorization"],
  ["Sec-WebSocket-Protocol", "protocol"],
  ["X-API-Key", "key"],
  ["X-Auth-Tenant", "token"],
  ["DPoP", "token"],
  ["Content-Type", null],
  ["X-Authors", null],
  ["Keyboard", null],
])("the header %s holds %s", (name, kind) => {
  expect(headerKind(name)).toBe(kind);
});
