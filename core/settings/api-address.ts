export const DEFAULT_API_ADDRESS = "https://api.skyvern.com";

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The address of an API as it is stored: origin and path, no slash at the end. A key must not travel in clear, so
 * `http:` is for this computer alone.
 * @returns null for anything that is no such address
 */
export function parseApiAddress(text: string): string | null {
  const typed = text.trim();
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (typed === "" || !URL.canParse(full)) return null;
  const url = new URL(full);
  const safe = url.protocol === "https:" || (url.protocol === "http:" && LOCAL.has(url.hostname));
  if (!safe || url.username !== "" || url.password !== "") return null;
  return url.origin + url.pathname.replace(/\/+$/, "");
}
