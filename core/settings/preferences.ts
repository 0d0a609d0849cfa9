import * as z from "zod/mini";
import { DEFAULT_NAME_TEMPLATE, templateProblem } from "../bundle/name-template";

/** How many jobs may work at once. */
export const MOST_AT_ONCE = 4;
/** A shorter word would take half of every text with it. */
export const SHORTEST_WORD = 4;

/** How exports are made, and what happens after them. Fields that are not there or not sound have their defaults. */
const Preferences = z.object({
  /** Strings that the user wants out of share-safe exports: as secret as the key. */
  words: z.catch(z.array(z.string().check(z.minLength(SHORTEST_WORD))), []),
  nameTemplate: z.catch(
    z.string().check(z.refine((template) => templateProblem(template) === null)),
    DEFAULT_NAME_TEMPLATE,
  ),
  atOnce: z.catch(z.int().check(z.gte(1), z.lte(MOST_AT_ONCE)), 2),
  /** The browser tells when an export has ended or needs the user. */
  notify: z.catch(z.boolean(), true),
  /** The folder opens when an export has ended. */
  showInFolder: z.catch(z.boolean(), false),
});
export type Preferences = z.infer<typeof Preferences>;

/** As stored, or out of a file; what can't be read is as new. */
export function preferencesIn(value: unknown): Preferences {
  return Preferences.parse(typeof value === "object" && value !== null ? value : {});
}

export const DEFAULT_PREFERENCES: Preferences = preferencesIn({});
