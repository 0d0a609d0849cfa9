import * as z from "zod/mini";
import type { Catalog } from "./catalog";

const MessagesFile = z.record(z.string(), z.object({ message: z.string() }));

/** A file of `public/_locales`, read as JSON. @throws where it is none */
export function catalogOf(file: unknown, locale: string): Catalog {
  const texts = Object.entries(MessagesFile.parse(file)).map(([key, { message }]) => [key, message] as const);
  return { locale, texts: Object.fromEntries(texts) };
}
