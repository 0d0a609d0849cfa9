import { type SecretKind, sensitiveName } from "./sensitive-names";

/** Keys whose text tells what else stands in the object: that a field takes a password, that a call types. */
const TELLING = [
  "type",
  "autocomplete",
  "placeholder",
  "aria-label",
  "method",
  "apiName",
  "action_type",
  "action",
  "selector",
  "name",
  "key",
  "tool",
  "tool_name",
  "parameter_type",
  "workflow_parameter_type",
] as const;
export type Telling = (typeof TELLING)[number];

/** A number of as many digits may be a card's, wherever it stands. */
export const LONG_NUMBER = 13;

/** What the keys of a place in JSON say of a value there. */
export interface Meaning {
  /** Its text tells of the rest of the object. */
  tells: Telling | null;
  /** A shorter number than LONG_NUMBER may be a secret here. */
  mayBeNumber: boolean;
  /** It is what the object's name names: `value`, `Value`, `v`. */
  isValue: boolean;
  /** It names the object: `name`, `key`, `label`. */
  isName: boolean;
  /** By its own key. */
  own: SecretKind | null;
  /** By what it stands in. */
  around: SecretKind | null;
  isInCookies: boolean;
  isInParameters: boolean;
  isInHeaders: boolean;
  /** `headers: {"x-api-key": "…"}` */
  isHeader: boolean;
  /** A header that Skyvern was told to send along. */
  isExtraHeader: boolean;
  /** An everyday word, which holds a secret where the value looks like one. */
  isWeak: boolean;
  /** Of parameters by their names. */
  isParameterValue: boolean;
  isParameterType: boolean;
  /** What tells of a credential, and is none. */
  describes: boolean;
  /** One digit of a code: `otp: [4, 8, 3, 9, 2, 0]`. */
  isDigitOfCode: boolean;
  /** An answer's body. */
  isBody: boolean;
  /** What a user or a script may have typed. */
  mayBeTyped: boolean;
  /** Arguments of a call, whose name stands beside them. */
  isArguments: boolean;
  /** What comes behind it in its object may tell what it is. */
  waits: boolean;
  /** An item of an array of headers, or of a pair: the item before it may be its name. */
  pairs: "headers" | "pairs" | null;
}

/** What a value is called beside its name. */
const VALUE_KEY = /^(?:(?:default_|field|header)?value|text|content|v|val)$/i;
const NAME_KEY = /^(?:(?:field|header)?name|key|label|header|field|parameter|id|k)$/i;
const HEADERS = /^(?:(?:extra_?http_?|request_?|response_?)?headers)$/i;
const PARAMETERS = /^(?:queryString|params|postData|form|formData|cookies)$/;
/** Everything in these is a secret, whatever its own name. */
const CONTAINERS = /^(?:secrets?|tokens|api_?keys|passwords|credentials)$/i;
const PARAMETER_TYPE = /^(?:workflow_)?parameter_type$/;
const DESCRIBES = /^(?:key|name|description|label|title|status)$|_type$|_at$|parameter_id$|^workflow_/;
const PARAMETER_VALUES = /^(?:parameters|payload|navigation_payload|data|inputs?|request)$/;
const ARGUMENTS = /^(?:arguments|args|(?:tool_?)?input|parameters)$/i;
/** What a parameter of a credential type has. */
const OF_VAULT = /^(?:bitwarden|onepassword|credential|vault|item)_/;
const WEAK_NAME =
  /^(?:code|auth_?code|state|auth|ticket|(?:.*_)?session|(?:signing|license|encryption|consumer|subscription|integration)_?key)$/i;
/** What a secret's own object calls it: `password: {value: …}`. */
const INNER_VALUE = /^(?:value|raw|text|data|current|plain|secret)$/i;

/** @param path keys from the root, the own one last; `[]` for arrays */
export function meaningOf(key: string, path: readonly string[]): Meaning {
  const parent = path.at(-2) ?? "";
  const isItem = path.at(-1) === "[]";
  // A header may have several values: `headers: {"x-auth": ["…"]}`.
  const holder = isItem ? (path.at(-3) ?? "") : parent;
  const isHeader = key !== "value" && key !== "name" && HEADERS.test(holder);
  const isValue = VALUE_KEY.test(key);
  const own = /^__playwright_value_?$/.test(key) ? "typed" : sensitiveName(key);
  const around = kindAround(key, path);
  const mayBeTyped = key === "value" || key === "text" || key === "input_text";
  const isArguments = ARGUMENTS.test(key);
  return {
    tells: TELLING.find((each) => each === key) ?? null,
    mayBeNumber: isValue || mayBeTyped || own !== null || around !== null,
    isValue,
    isName: NAME_KEY.test(key),
    own,
    around,
    isInCookies: path.includes("cookies"),
    isInParameters: path.some((part) => PARAMETERS.test(part)),
    isInHeaders: path.some((part) => HEADERS.test(part)),
    isHeader,
    isExtraHeader: isHeader && /extra_?http_?headers/i.test(holder),
    isWeak: WEAK_NAME.test(key),
    isParameterValue: path.some((part) => PARAMETER_VALUES.test(part)),
    isParameterType: PARAMETER_TYPE.test(key),
    describes: DESCRIBES.test(key),
    isDigitOfCode: isItem && sensitiveName(key) === "otp",
    isBody: key === "text" && parent === "content",
    mayBeTyped,
    isArguments,
    waits: isValue || mayBeTyped || isArguments || OF_VAULT.test(key),
    pairs: /headers$/i.test(key) ? "headers" : isItem && parent === "[]" ? "pairs" : null,
  };
}

function kindAround(key: string, path: readonly string[]): SecretKind | null {
  if (path.length > 1 && INNER_VALUE.test(key)) {
    const around = sensitiveName(path.at(-2) ?? "");
    if (around) return around;
  }
  if (path.slice(0, -1).some((part) => CONTAINERS.test(part))) return "secret";
  // A map of cookies by their names.
  return path.at(-2) === "cookies" && path.at(-1) !== "[]" ? "cookie" : null;
}
