const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|lan|intranet|internal|home\.arpa|test)$/;
/** Unique local and link-local addresses (RFC 4193, RFC 4291 §2.5.6), as `URL` spells them. */
const PRIVATE_V6 = /^\[(?:::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/;

/**
 * True for hosts that only this computer or its own network reaches: loopback, private and shared address ranges
 * (RFC 1918, 3927, 6598), names without a dot and names of local domains. A key may go there without TLS.
 * @param hostname as `URL.hostname` gives it
 */
export function isPrivateHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return PRIVATE_V6.test(hostname);
  const [a = 0, b = 0, ...rest] = hostname.split(".").map(Number);
  if (rest.length === 2 && /^[\d.]+$/.test(hostname)) return isPrivateV4(a, b);
  return !hostname.includes(".") || PRIVATE_NAME.test(hostname);
}

function isPrivateV4(a: number, b: number): boolean {
  if (a === 172) return b >= 16 && b <= 31;
  if (a === 100) return b >= 64 && b <= 127;
  return a === 10 || a === 127 || (a === 192 && b === 168) || (a === 169 && b === 254);
}
