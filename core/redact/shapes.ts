import { asText, fromBase64 } from "./encodings";
import type { RuleId } from "./rules";
import type { Span } from "./spans";
import { holdsTag } from "./tags";
import { canBeSecret, isIban, looksRandom } from "./values";

/** What a secret looks like by itself: how it begins, and a pattern that is tried there. */
export interface Shape {
  /** At least three characters, in lower case; where a word begins so, the pattern is tried. */
  starts: readonly string[];
  /** Sticky, and linear in time. Its group `secret`, else the whole match, goes. */
  pattern: RegExp;
  kind: string;
  rule: RuleId;
  chosen?: boolean;
  /** Not looked for elsewhere. */
  here?: boolean;
  /** Percent-encoded as its place in an address asks. */
  level?: number;
  accepts?: (secret: string, text: string, at: number) => boolean;
}

const vendor = (starts: string, pattern: RegExp, kind = "key"): Shape => ({
  starts: starts.split(" "),
  pattern,
  kind,
  rule: "vendor",
});

const VENDORS: readonly Shape[] = [
  vendor(
    "akia asia abia acca agpa aida aroa aipa anpa anva",
    /(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16}(?![A-Z0-9])/y,
  ),
  vendor("aiz", /AIza[\w-]{35}/y),
  vendor("ya2", /ya29\.[\w-]{20,500}/y),
  vendor("goc", /GOCSPX-[\w-]{20,60}/y),
  vendor("ghp gho ghu ghs ghr", /gh[pousr]_[A-Za-z0-9]{30,255}/y),
  vendor("git", /github_pat_\w{30,255}/y),
  vendor(
    "glp gld glr gls glc gli glf glo",
    /gl(?:pat|dt|rt|rtr|soat|cbt|imt|ffct|oas|agent|ptt)-[\w.=-]{20,300}/y,
  ),
  vendor("xox xap", /(?:xox[a-z]|xapp)-[\w-]{10,250}/y),
  vendor("sk_ rk_ pk_ whs", /(?:(?:sk|rk|pk)_(?:live|test|prod)|whsec)_[A-Za-z0-9+/=]{10,250}/y),
  vendor("sk-", /sk-(?:ant-|proj-|svcacct-|admin-|or-v1-|lf-)?[\w-]{16,300}/y),
  vendor("gsk xai pplx r8_ fw_ nvapi", /(?:gsk_|xai-|pplx-|r8_|fw_|nvapi-)[\w-]{20,200}/y),
  vendor("npm", /npm_[A-Za-z0-9]{30,60}/y),
  vendor("pyp", /pypi-[\w-]{16,300}/y),
  vendor("hf_ api_org", /(?:hf_|api_org_)[A-Za-z0-9]{20,60}/y),
  vendor("dop doo dor", /do[opr]_v1_[a-f0-9]{32,80}/y),
  vendor("sg.", /SG\.[\w-]{16,32}\.[\w-]{16,80}/y),
  vendor("shpa shpc shpp shps", /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/y),
  vendor("ata atb", /AT(?:ATT3|BB|CTT3|STT3)[\w=-]{20,400}/y),
  vendor("age", /AGE-SECRET-KEY-1[A-Z0-9]{58}/iy),
  vendor("ops", /ops_eyJ[\w+/=-]{50,2000}/y),
  vendor("a3-", /A3-[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){3,6}/y),
  vendor("sq0", /sq0[a-z]{3}-[\w-]{22,60}/y),
  vendor("eaaa", /EAA[A-Za-z0-9]{30,400}/y),
  vendor("key-", /key-[0-9a-f]{32}/y),
  vendor("dapi", /dapi[a-f0-9]{32}(?:-\d)?/y),
  vendor("lin_", /lin_(?:api|oauth)_[A-Za-z0-9]{30,80}/y),
  vendor("ntn_ secret_", /(?:ntn_|secret_)[A-Za-z0-9]{40,60}/y),
  vendor("pat", /pat[A-Za-z0-9]{14}\.[a-f0-9]{64}/y),
  vendor("sbp_ sb_", /(?:sbp_[a-f0-9]{40}|sb_secret_[\w-]{20,60})/y),
  vendor("hvs hvb", /hv[sb]\.[\w-]{24,300}/y),
  vendor("pul", /pul-[a-f0-9]{40}/y),
  vendor("dckr", /dckr_(?:pat|oat)_[\w-]{20,60}/y),
  vendor("rubygems", /rubygems_[a-f0-9]{48}/y),
  vendor("figd", /figd_[\w-]{30,60}/y),
  vendor("tskey", /tskey-[a-z]+-[\w-]{16,80}/y),
  vendor("glsa glc_", /gl(?:sa|c)_[\w+/=]{30,400}/y),
  vendor("phc_ phx_", /ph[cx]_[A-Za-z0-9]{30,60}/y),
  vendor("sntrys sntryu", /sntry[su]_[\w+/=-]{40,400}/y),
  vendor("eyj", /eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?(?:\.[\w-]+){0,2}/y, "jwt"),
].map((shape) => (shape.kind === "jwt" ? { ...shape, rule: "jwt" } : shape));

const RANDOM_SEGMENT = (secret: string): boolean => looksRandom(secret, 10) || secret.length >= 40;
const NOT_TAKEN = (secret: string): boolean => !holdsTag(secret) && canBeSecret(secret);

const ADDRESSES: readonly Shape[] = [
  {
    starts:
      "reset invit verify verif confirm activ magic unsub webhook token recover signup join share passwor login callback sso session secret".split(
        " ",
      ),
    pattern:
      /(?:reset|invit|verif|confirm|activat|magic|unsubscribe|webhook|token|recover|signup|join|share|password|login|callback|sso|session|secret)[\w-]{0,24}\/(?<secret>[\w\-.~%=:!]{10,500})/iy,
    kind: "path",
    rule: "url",
    level: 1,
    accepts: (secret, text, at) =>
      "/-_=F".includes(text[at - 1] ?? " ") && RANDOM_SEGMENT(secret) && NOT_TAKEN(secret),
  },
  {
    starts: ["hooks."],
    pattern:
      /hooks\.(?:slack\.com\/(?:services|workflows|triggers)|zapier\.com\/hooks\/catch)\/(?<secret>[\w/-]{10,200})/iy,
    kind: "webhook",
    rule: "url",
    level: 1,
  },
  {
    starts: ["discord"],
    pattern: /discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/(?<secret>\d{5,25}\/[\w-]{20,200})/iy,
    kind: "webhook",
    rule: "url",
    level: 1,
  },
  {
    starts: ["webhook.office", "office.com/webhook"],
    pattern: /(?:webhook\.)?office\.com\/webhook(?:b2)?\/(?<secret>[\w@/-]{20,300})/iy,
    kind: "webhook",
    rule: "url",
    level: 1,
  },
  {
    starts: ["api.telegram"],
    pattern: /api\.telegram\.org\/(?:file\/)?bot(?<secret>\d{5,20}:[\w-]{20,60})/iy,
    kind: "webhook",
    rule: "url",
    level: 1,
  },
];

const PEM: Shape = {
  starts: ["-----begin"],
  pattern: /-----BEGIN [A-Z0-9 ]{2,40}-----[^-]{0,65536}(?:-----END [A-Z0-9 ]{2,40}-----)?/y,
  kind: "private-key",
  rule: "private-key",
  accepts: (secret) => !holdsTag(secret) && secret.replace(/-----[A-Z0-9 ]+-----/g, "").trim().length > 8,
};

const OTHERS: readonly Shape[] = [
  PEM,
  {
    starts: ["bearer"],
    pattern: /bearer(?:\s|%20|\+|\\?["']?:\s?\\?["']?)+(?<secret>[\w\-.~+/]{8,8192}={0,2})/iy,
    kind: "auth",
    rule: "header",
    accepts: (secret) => (/\d/.test(secret) || secret.length >= 20) && NOT_TAKEN(secret),
  },
  {
    starts: ["basic"],
    pattern: /basic(?:\s|%20|\+)+(?<secret>[A-Za-z0-9+/]{8,2000}={0,2})/iy,
    kind: "auth",
    rule: "header",
    accepts: (secret) => {
      const bytes = fromBase64(secret);
      return bytes !== null && (asText(bytes)?.includes(":") ?? false) && !holdsTag(asText(bytes) ?? "");
    },
  },
  {
    starts: ["curl"],
    pattern: /curl\b[^\n]{0,400}?\s(?:-u|--user|--proxy-user|-U)[\s=]*["']?(?<secret>[^\s"'\\]{3,200})/y,
    kind: "password",
    rule: "command-line",
    chosen: true,
    accepts: NOT_TAKEN,
  },
];

/** An account's number: tried where two capitals and two digits begin a word. */
export function ibanAt(text: string, at: number): Span | null {
  const found = /[A-Z]{2}\d\d[ -]?(?:[A-Z0-9]{4}[ -]?){2,7}[A-Z0-9]{0,4}(?![A-Za-z0-9])/y;
  found.lastIndex = at;
  const value = found.exec(text)?.[0].trimEnd();
  if (!value || !isIban(value)) return null;
  return {
    start: at,
    end: at + value.length,
    secret: { value, kind: "iban", rule: "iban", chosen: true },
    level: 0,
  };
}

export const SHAPES: readonly Shape[] = [...VENDORS, ...ADDRESSES, ...OTHERS];
