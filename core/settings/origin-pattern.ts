/**
 * The match pattern that covers an origin. Firefox takes no ports in patterns, so there it covers the host's
 * other ports as well.
 */
export function patternOf(origin: string, withPort: boolean): string {
  const url = new URL(origin);
  return `${url.protocol}//${withPort ? url.host : url.hostname}/*`;
}

/** True where a granted pattern names this very host: a pattern without a port is good for all its ports. */
export function coversOrigin(pattern: string, origin: string): boolean {
  return pattern === patternOf(origin, true) || pattern === patternOf(origin, false);
}

/** Where artifacts may be fetched from besides the API, as far as permissions go. */
export interface StoragePermissions {
  /** Match patterns that the user granted. */
  storage: string[];
  /** Origins of the user's servers, which are no storage whatever the patterns cover. */
  servers: string[];
}

/** True for a storage host that the user allowed by name; a server of theirs is asked as a server, or not at all. */
export function isAllowedStorage(origin: string, { storage, servers }: StoragePermissions): boolean {
  return !servers.includes(origin) && storage.some((pattern) => coversOrigin(pattern, origin));
}
