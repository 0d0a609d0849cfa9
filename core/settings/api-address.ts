import { isPrivateHost } from "./private-host";

export const DEFAULT_API_ADDRESS = "https://api.skyvern.com";

/**
 * The address of an API as it is stored: origin and path, no slash at the end. A key must not travel in clear, so
 * `http:` is for this computer and private networks alone.
 * @returns null for anything that is no such address
 */
export function parseApiAddress(text: string): string | null {
  const url = parseWebAddress(text);
  return url && (url.protocol === "https:" || isPrivateHost(url.hostname))
    ? url.origin + url.pathname.replace(/\/+$/, "")
    : null;
}

/** The origin of a web UI, from its address or that of any of its pages; null for anything that is none. */
export function parseUiOrigin(text: string): string | null {
  return parseWebAddress(text)?.origin ?? null;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Without a scheme, private hosts are taken to speak `http:`, as they mostly do. */
function parseWebAddress(text: string): URL | null {
  const typed = text.trim();
  // Chromium takes blanks in a host.
  if (typed === "" || /\s/.test(typed)) return null;
  const url = parse(SCHEME.test(typed) ? typed : `https://${typed}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return null;
  return !SCHEME.test(typed) && isPrivateHost(url.hostname) ? parse(`http://${typed}`) : url;
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
