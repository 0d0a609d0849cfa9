import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Pixels: 16, 32 for toolbars, 24 and 48 for those of dense screens and lists, 96 and 128 for the stores. */
export const ICON_SIZES = [16, 24, 32, 48, 96, 128] as const;

const Messages = z.record(z.string(), z.object({ message: z.string() }));
const Icons = z.record(z.string(), z.string());
const Manifest = z.looseObject({
  manifest_version: z.literal(3),
  name: z.string(),
  short_name: z.string().optional(),
  version: z.string(),
  description: z.string(),
  default_locale: z.string().optional(),
  icons: Icons,
  action: z.looseObject({ default_icon: Icons.optional() }),
  permissions: z.array(z.string()),
  content_security_policy: z.object({ extension_pages: z.string() }),
});
type Manifest = z.infer<typeof Manifest>;

/** The stores' limits, in characters. */
const LONGEST = { name: 75, short_name: 12, description: 132 };

/**
 * What stores would refuse in a built package, or users would miss: one line each, none where all is well. Rules
 * of the Chrome Web Store and of Manifest V3, which Edge's and Opera's stores share.
 * @param folder the unpacked package
 * @param version what the package has to be
 */
export function packageProblems(folder: string, version: string): string[] {
  const parsed = Manifest.safeParse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
  if (!parsed.success) return [`manifest.json: ${z.prettifyError(parsed.error)}`];
  const manifest = parsed.data;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [
    ...versionProblems(manifest, version),
    ...textProblems(folder, manifest),
    ...iconProblems(folder, manifest),
    ...policyProblems(manifest),
    ...files.flatMap((file) => codeProblems(file)),
  ];
}

function versionProblems({ version, ...manifest }: Manifest, wanted: string): string[] {
  const wrong = version !== wanted ? [`version is ${version}, not ${wanted}`] : [];
  const form = /^\d{1,5}(\.\d{1,5}){0,3}$/.test(version) ? [] : [`version ${version} is of no allowed form`];
  const own = ["update_url", "key"].filter((field) => field in manifest);
  return [...wrong, ...form, ...own.map((field) => `${field} belongs to the store`)];
}

function textProblems(folder: string, manifest: Manifest): string[] {
  const locales = existsSync(join(folder, "_locales")) ? readdirSync(join(folder, "_locales")) : [];
  const problems: string[] = [];
  if (locales.length > 0 !== (manifest.default_locale !== undefined))
    problems.push("_locales and default_locale go together");
  const tables = locales.map((locale) => {
    const text = readFileSync(join(folder, "_locales", locale, "messages.json"), "utf8");
    return { locale, messages: Messages.parse(JSON.parse(text)) };
  });
  for (const field of ["name", "short_name", "description"] as const) {
    const raw = manifest[field] ?? "";
    const key = /^__MSG_(\w+)__$/.exec(raw)?.[1];
    const texts =
      key === undefined
        ? [{ locale: "manifest", text: raw }]
        : tables.map(({ locale, messages }) => ({ locale, text: messages[key]?.message ?? "" }));
    for (const { locale, text } of texts) {
      if (text === "") problems.push(`${field} is empty (${locale})`);
      if (text.length > LONGEST[field])
        problems.push(`${field} has ${text.length} characters, ${LONGEST[field]} are allowed (${locale})`);
    }
  }
  return problems;
}

function iconProblems(folder: string, { icons, action }: Manifest): string[] {
  const missing = ["16", "48", "128"]
    .filter((size) => !(size in icons))
    .map((size) => `no icon of ${size} px`);
  const named = [...Object.entries(icons), ...Object.entries(action.default_icon ?? {})];
  const wrong = named.flatMap(([size, path]) => {
    const png = readFileSync(join(folder, path));
    // PNG, section 11.2.2: width and height stand first in the IHDR chunk.
    const real = [png.readUInt32BE(16), png.readUInt32BE(20)];
    return real.every((pixels) => pixels === Number(size))
      ? []
      : [`${path} is ${real.join(" × ")}, not ${size}`];
  });
  return [...missing, ...wrong];
}

function policyProblems({ content_security_policy: { extension_pages: policy } }: Manifest): string[] {
  const scripts = /script-src([^;]*)/.exec(policy)?.[1] ?? "";
  const allowed = new Set(["'self'", "'wasm-unsafe-eval'", "'none'"]);
  return scripts
    .trim()
    .split(/\s+/)
    .filter((source) => !allowed.has(source))
    .map((source) => `script-src has ${source}`);
}

/** Code from elsewhere and code made from text: neither store takes them. */
const REMOTE: [RegExp, string][] = [
  [/<script[^>]+src=["']?(?:https?:)?\/\//i, "a script from elsewhere"],
  [/\bimport(?:Scripts)?\(\s*["'`]https?:/, "an import from elsewhere"],
  [/(?<![\w.$])eval\(/, "eval"],
  [/\bnew Function\(/, "new Function"],
];

function codeProblems(file: string): string[] {
  if (file.endsWith(".map")) return [`${file} is a source map`];
  if (!/\.(?:js|html)$/.test(file)) return [];
  const text = readFileSync(file, "utf8");
  return REMOTE.filter(([pattern]) => pattern.test(text)).map(([, what]) => `${file} has ${what}`);
}
