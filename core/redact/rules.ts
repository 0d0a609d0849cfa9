/** What a redaction looked for, as a report can say it. Never "all secrets". */
export interface RedactionRule {
  rule: RuleId;
  description: string;
}

const RULES = {
  "known-value":
    "Values found by any other rule, in all files: as they are, URL-encoded, JSON- and HTML-escaped, in base64, hex and UTF-16",
  "user-word": "The strings listed in the options",
  "api-key": "The Skyvern API key of this extension",
  name: "Values of fields, parameters and headers with telling names (password, token, secret, session, API key, one-time code, card and account numbers)",
  header: "Headers that authorize, and headers named after tokens, secrets, sessions and keys",
  cookie: "Values of all cookies",
  url: "User names and passwords in addresses, signatures of storage addresses, secret parameters, and path segments as in password-reset and webhook addresses",
  vendor:
    "Keys with a vendor's known form (AWS, Google, GitHub, GitLab, Slack, Stripe, OpenAI, Anthropic, npm, PyPI, Hugging Face, DigitalOcean, SendGrid, Shopify, Atlassian, age, 1Password and others)",
  jwt: "JSON Web Tokens",
  "private-key": "Private keys and certificates' blocks (PEM)",
  card: "Payment cards' numbers with a valid checksum",
  iban: "Bank accounts' numbers (IBAN) with a valid checksum",
  ssn: "US social security numbers beside their label",
  label: "What stands beside a label such as “password is” or “API key:”, and one-time codes beside theirs",
  "command-line": "Credentials in command lines (curl -u)",
  "html-field": "Values of password fields and of hidden fields that look drawn by lot",
  "typed-text": "Text that was typed into pages: actions, traces and scripts",
  "credential-parameter":
    "Values of parameters that are credentials (Bitwarden, 1Password, Azure Key Vault, AWS and Skyvern's own)",
  binary: "Pictures and other binary data inside text files",
} as const;

export type RuleId = keyof typeof RULES;

const isRule = (id: string): id is RuleId => id in RULES;

/** Every rule, in words for the report. */
export const LOOKED_FOR: readonly RedactionRule[] = Object.entries(RULES).flatMap(([rule, description]) =>
  isRule(rule) ? [{ rule, description }] : [],
);

/** What a file was refused for: it is left out and named, never passed through. */
export class Unredactable extends Error {
  override name = "Unredactable";
}
