/** A JSON value, as the world holds it and the API answers it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Stands in a document where a fresh signed URL of an artifact belongs; filled in at each read. */
export function urlOf(artifactId: string): string {
  return `{{url:${artifactId}}}`;
}

/** Stands in a document where a bare integer beyond 2^53 belongs, which no JavaScript number can carry. */
export function integer(digits: string): string {
  return `{{integer:${digits}}}`;
}

/** The text of a document as the server sends it: placeholders of `urlOf` and `integer` filled in. */
export function renderJson(value: unknown, signedUrl: (artifactId: string) => string | null): string {
  return JSON.stringify(value)
    .replace(/"\{\{integer:(-?\d+)\}\}"/g, "$1")
    .replace(/"\{\{url:([\w-]+)\}\}"/g, (_, id: string) => JSON.stringify(signedUrl(id)))
    .replace(/\{\{url:([\w-]+)\}\}/g, (_, id: string) => signedUrl(id) ?? "");
}
