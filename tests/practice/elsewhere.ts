import { type Answer, type Exchange, emptyNotFound } from "./respond";
import type { World } from "./world";

/** A storage host: an object's key ends in its artifact's ID; nothing here asks for an API key, or may be given one. */
export function answerElsewhere(world: World, { url }: Exchange): Answer {
  const id = url.pathname.split("/").at(-1)?.split(".")[0] ?? "";
  const body = world.sourceOf(id);
  if (!body) return emptyNotFound;
  return { status: 200, headers: { "content-type": "binary/octet-stream", etag: `"${id}"` }, body };
}
