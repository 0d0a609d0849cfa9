import type { CollectedArtifact } from "./artifact-union";
import type { FetchContext } from "./fetch-context";

/** Where an artifact's bytes may come from. */
export interface Source {
  /** `content`: a path of the API, asked for with the key; the others are whole URLs, asked for without. */
  kind: "signed" | "content" | "storage";
  url: string;
}

/** The sources of an artifact in the order to try (skyvern-api.md §5). */
export function sourcesOf(
  { id, hasId, row, storageUrls }: CollectedArtifact,
  { client, mayFetch }: Pick<FetchContext, "client" | "mayFetch">,
): Source[] {
  const { origin: ownOrigin } = new URL(client.access.apiAddress);
  const { signed_url: signed } = row;
  const sources: Source[] = [];
  if (signed && URL.canParse(signed)) {
    const url = new URL(signed);
    if (url.searchParams.has("sig") && url.origin === ownOrigin)
      sources.push({ kind: "signed", url: signed });
  }
  if (hasId) {
    // An ID may come out of a run's output, which a web page wrote: it must not lead anywhere else with the key.
    sources.push({ kind: "content", url: `/v1/artifacts/${encodeURIComponent(id)}/content` });
  }
  for (const url of new Set([...(signed ? [signed] : []), ...storageUrls])) {
    if (!URL.canParse(url)) continue;
    const { origin, protocol } = new URL(url);
    // A server that keeps files on its own disk names them by file:, of which browsers don't agree on the origin.
    if (protocol !== "https:" && protocol !== "http:") continue;
    // With an ID, the content endpoint has answered for the API; without one this is all there is to ask.
    const own = origin === ownOrigin;
    if (own ? !hasId : mayFetch(origin)) sources.push({ kind: "storage", url });
  }
  return sources;
}
