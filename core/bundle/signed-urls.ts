// Begins at a fixed character and repeats over what it can't begin with, so that no text makes searching slower than
// linear. `\\+` is a run of backslashes: JSON inside JSON strings escapes its escapes.
export const SIGNATURE = String.raw`(?:[?&]|\\u0026|\\u003f|%(?:25)*(?:26|3f))(?:amp;|#38;|#x26;)*(?:sig|(?:x-[a-z]{1,12}-)?signature)(?:=|\\+u003d|%(?:25)*3d)`;
const HAS_SIGNATURE = new RegExp(SIGNATURE, "i");
const ascii = new TextDecoder("latin1");

/** False where `replaceUrls` would change nothing: texts of pages are full of URLs, and looking at each takes time. */
export function mayHoldSignedUrls(text: string): boolean {
  return text.includes("artifacts") || HAS_SIGNATURE.test(text);
}

/** The same for a text's bytes, in any encoding that has ASCII as it is. */
export function holdNoSignedUrls(bytes: Uint8Array): boolean {
  return !mayHoldSignedUrls(ascii.decode(bytes));
}
