/** Names that every file system, ZIP tool, `sha256sum -c` and `downloads.download` takes as they are (design.md §4). */

const MAX_BYTES = 150;
const MAX_EXTENSION_BYTES = 20;
const RESERVED = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;
const MAGIC = /^(?:desktop\.ini|thumbs\.db)$/i;
/**
 * Chromium takes a `.crx` for an extension to install, holds it, and deletes it where it is none. In braces: a class ID,
 * which Windows runs as that class. Behind a semicolon: a version, which Info-ZIP cuts off.
 */
const RISKY_ENDING = /(?:\.(?:lnk|url|scf|local|desktop|crx|\{[0-9a-f-]*\})|;\d*)$/i;
const VISIBLE_BAD = /[\\/:*?"<>|%]/g;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u2060-\u206f]/gu;
const OTHER_SPACE = /[\u00a0\u202f]/g;
const EDGE = /[\s.]/;
/** Kept free in a component for ` (2)`, ` (3)`… and for what guards a reserved name. */
const SUFFIX_BYTES = 10;
/** Of a bundle's name: 20 are kept free for `_partial`, `.zip` and the browser's ` (1)`. */
export const MAX_NAME_BYTES = MAX_BYTES - 20;

const utf8 = new TextEncoder();

/**
 * One path component out of any text. What can't stand in a name becomes `_`, what can't be seen goes.
 * @param name anything, a whole path included: its slashes don't survive
 * @param fallback used where nothing is left; must be safe itself
 */
export function safeName(name: string, fallback: string): string {
  // Removed before normalising: a letter and its accent may meet only when what stood between them is gone.
  const seen = name
    .replace(INVISIBLE, "")
    .normalize("NFC")
    .replace(OTHER_SPACE, " ")
    .replace(VISIBLE_BAD, "_");
  // Guarded on both sides of the cut: a guard counts as length, and a cut may end in `.lnk`.
  return guard(shorten(guard(trimEdges(seen)))) || fallback;
}

/** No space or dot at either end; a loop, since a pattern would be quadratic in the spaces within. */
function trimEdges(name: string): string {
  let start = 0;
  let end = name.length;
  while (start < end && EDGE.test(name.charAt(start))) start++;
  while (end > start && EDGE.test(name.charAt(end - 1))) end--;
  return name.slice(start, end);
}

function guard(name: string): string {
  const stem = name.split(".", 1)[0] ?? "";
  const guarded = RESERVED.test(stem.trimEnd()) || MAGIC.test(name) ? `_${name}` : name;
  return RISKY_ENDING.test(guarded) ? `${guarded}_` : guarded;
}

/** Cuts a name that leaves no room for a suffix, between code points; a short extension stays. */
function shorten(name: string): string {
  const most = MAX_BYTES - SUFFIX_BYTES;
  if (utf8.encode(name).length <= most) return name;
  const { stem, extension } = splitExtension(name);
  // One byte less than there is: the name may be guarded once more.
  return trimEdges(firstBytes(stem, most - 1 - utf8.encode(extension).length)) + extension;
}

/** As many whole code points as fit into so many bytes of UTF-8. */
export function firstBytes(text: string, most: number): string {
  let length = 0;
  let used = 0;
  for (const character of text) {
    used += utf8.encode(character).length;
    if (used > most) break;
    length += character.length;
  }
  return text.slice(0, length);
}

/** `a.tar.gz` → `a.tar` and `.gz`; an over-long "extension" is part of the stem. */
function splitExtension(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 ? name.slice(dot) : "";
  if (extension.length < 2 || utf8.encode(extension).length > MAX_EXTENSION_BYTES)
    return { stem: name, extension: "" };
  return { stem: name.slice(0, dot), extension };
}

/** The extension of a name in lower case without the dot; null where it has none that looks like one. */
export function extensionOf(name: string): string | null {
  const match = /\.([A-Za-z0-9]{1,10})$/.exec(name);
  return match?.[1]?.toLowerCase() ?? null;
}

/**
 * Letters and digits of any script in lower case, all else `-`, at most 60 characters (design.md §3); empty where
 * nothing is left. Marks stay with their letter; on anything else they are part of what becomes `-`.
 */
export function slug(title: string): string {
  const words = title.normalize("NFC").toLowerCase().normalize("NFC");
  const hyphened = words.replace(/(?:[^\p{L}\p{N}\p{M}]\p{M}*)+/gu, "-").replace(/^[-\p{M}]+/u, "");
  return [...hyphened].slice(0, 60).join("").replace(/-$/, "");
}

/** Hands out paths, each once: a path that is taken on a case-insensitive, normalising disk gets ` (2)`, ` (3)`… */
export class TakenPaths {
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  /** @param path relative, `/` between safe components */
  claim(path: string): string {
    if (this.#take(path)) return path;
    const slash = path.lastIndexOf("/") + 1;
    const { stem, extension } = splitExtension(path.slice(slash));
    const key = fold(path);
    for (let count = this.#next.get(key) ?? 2; ; count++) {
      const candidate = `${path.slice(0, slash)}${stem} (${count})${extension}`;
      if (!this.#take(candidate)) continue;
      this.#next.set(key, count + 1);
      return candidate;
    }
  }

  #take(path: string): boolean {
    const key = fold(path);
    if (this.#taken.has(key)) return false;
    this.#taken.add(key);
    return true;
  }
}

/** Two names with the same fold are one file on some disk. */
function fold(path: string): string {
  // To lower case first: `ẞ` has no capital, and meets `ß` and `ss` only through it.
  return path.normalize("NFC").toLowerCase().toUpperCase().normalize("NFC");
}
