import { describe, expect, it } from "vitest";
import { type Meaning, meaningOf } from "@/core/redact/json-meaning";

/** `headers.x-id` as a rewriter tells it: the last key, and all of them; `tokens[]` is an item of an array. */
function of(place: string): Meaning {
  const path = place.replaceAll("[]", ".[]").split(".");
  return meaningOf(path.findLast((key) => key !== "[]") ?? "", path);
}

type Flag = { [Key in keyof Meaning]: Meaning[Key] extends boolean ? Key : never }[keyof Meaning];

/** Where it is so, and where it is not. */
const FLAGS: [flag: Flag, so: string, not: string][] = [
  [
    "isValue",
    "value text content default_value v val fieldValue headerValue VALUE a.value",
    "values key name data",
  ],
  ["isName", "name key label header field parameter id k fieldName headerName NAME", "names value title"],
  ["mayBeNumber", "value pin token card_number password.value secrets.one", "total page value.total"],
  ["isInCookies", "cookies.sid cookies[].value a.cookies.b.c", "cookie.sid my_cookies.sid"],
  [
    "isInParameters",
    "queryString[].value params.value postData.params[].value form.value formData.value cookies[].value",
    "query.value forms.value inform.value platform.value",
  ],
  [
    "isInHeaders",
    "headers.x headers[].value headers.x[] Headers.x extra_http_headers.x extraHttpHeaders.x requestHeaders.x responseHeaders[].value",
    "header.x my_headers.x headersSize.x request.x",
  ],
  [
    "isHeader",
    "headers.x headers.x[] extra_http_headers.x requestHeaders.X-Id",
    "headers[].value headers.name headers.value a.headers.b.c header.x",
  ],
  [
    "isExtraHeader",
    "extra_http_headers.x extra_http_headers.x[] extraHttpHeaders.x",
    "headers.x a.extra_http_headers extra_http_headers.value",
  ],
  [
    "isWeak",
    "code auth_code authcode state auth ticket session user_session signing_key licensekey encryption_key consumer_key subscription_key integration_key Code",
    "codes zip_code statement tickets sessions key signing_keys my_signing_key xcode",
  ],
  [
    "isParameterValue",
    "parameters.x payload.x navigation_payload.a.x data.x input.x inputs.x request.x",
    "parameter.x metadata.x inputs_of.x request_id",
  ],
  [
    "isParameterType",
    "parameter_type workflow_parameter_type",
    "parameter_types my_parameter_type workflow_type",
  ],
  [
    "describes",
    "key name description label title status parameter_type created_at workflow_parameter_id workflow_run",
    "keys my_name descriptions my_title statuses type_of my_type_of at_home _attach parameter_ids my_workflow_run value",
  ],
  ["isDigitOfCode", "otp[] a.otp[] verification_code[]", "otp otp.a tokens[] page[]"],
  [
    "isBody",
    "content.text response.content.text",
    "text postData.text content.value content[] content.text.x content.a.text",
  ],
  ["mayBeTyped", "value text input_text", "input_texts content texts action.x"],
];

describe.each(FLAGS)("%s", (flag, so, not) => {
  it.each(so.split(" "))("is so of %s", (place) => {
    expect(of(place)[flag]).toBe(true);
  });

  it.each(not.split(" "))("is not so of %s", (place) => {
    expect(of(place)[flag]).toBe(false);
  });
});

it.each([
  ["password", "password"],
  ["__playwright_value_", "typed"],
  ["__playwright_value", "typed"],
  ["__playwright_value_x", null],
  ["x__playwright_value_", null],
  ["page", null],
])("by its own key, %s holds %s", (key, kind) => {
  expect(of(key).own).toBe(kind);
});

it.each([
  ["password.value", "password"],
  ["password.raw", "password"],
  ["password.text", "password"],
  ["password.data", "password"],
  ["api_key.current", "key"],
  ["otp.plain", "otp"],
  ["clientToken.Secret", "token"],
  ["password.length", null],
  ["password.values", null],
  ["password.my_value", null],
  ["value", null],
  ["page.value", null],
  ["secret.x", "secret"],
  ["secrets.a.b", "secret"],
  ["tokens[]", "secret"],
  ["a.tokens[]", "secret"],
  ["tokens.value", "secret"],
  ["api_keys.one", "secret"],
  ["apiKeys[]", "secret"],
  ["passwords.one", "secret"],
  ["credentials.portal", "secret"],
  ["Credentials.portal", "secret"],
  ["my_credentials.portal", null],
  ["credentialsOf.portal", null],
  ["tokens", null],
  ["a.tokens", null],
  ["pages[]", null],
  ["cookies.sid", "cookie"],
  ["a.cookies.sid", "cookie"],
  ["cookies[]", null],
  ["a.b.cookies[]", null],
  ["cookies.a.b", null],
  ["jar.sid", null],
])("by what it stands in, %s holds %s", (place, kind) => {
  expect(of(place).around).toBe(kind);
});

it.each([
  ["headers", "headers"],
  ["rawHeaders", "headers"],
  ["rawHeaders[]", "headers"],
  ["headersText", null],
  ["rows[][]", "pairs"],
  ["rows[]", null],
  ["[][]", "pairs"],
  ["rows", null],
])("an item of %s may have its name before it: %s", (place, pairs) => {
  expect(of(place).pairs).toBe(pairs);
});

it.each(
  "type autocomplete method apiName action_type selector name key parameter_type workflow_parameter_type".split(
    " ",
  ),
)("%s tells of what stands beside it", (key) => {
  expect(of(key).tells).toBe(key);
  expect(of(`${key}s`).tells).toBeNull();
});
