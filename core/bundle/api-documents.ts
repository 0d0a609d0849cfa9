import type * as z from "zod/mini";
import type { Document, SkyvernClient } from "../skyvern/client";
import { RunpackError } from "../skyvern/errors";
import { type ExportWarning, warning } from "./warnings";

/** A document that may name files of the run, and that could not be had: what it names may be missing. */
export interface UnreadSource {
  path: string;
  what: string;
}

/** Reads documents that a bundle can do without, and keeps in mind which of them could not be had for trouble. */
export class ApiDocuments {
  readonly warnings: ExportWarning[] = [];
  readonly unread: UnreadSource[] = [];
  readonly #ungiven = new Map<string, RunpackError>();

  constructor(private readonly client: SkyvernClient) {}

  /**
   * A failure is said, not fatal; a refused key is.
   * @param what for people: "the run document"
   * @returns null where there is no such document, or no having it
   * @throws RunpackError key-refused; the signal's reason
   */
  async read<T>(
    path: string,
    schema: z.ZodMiniType<T>,
    what: string,
    init: RequestInit = {},
  ): Promise<Document<T> | null> {
    try {
      return await this.client.document(path, schema, init);
    } catch (error) {
      if (!(error instanceof RunpackError)) throw error;
      if (error.code === "key-refused" && !(await this.client.acceptsKey())) throw error;
      this.#ungiven.set(path, error);
      this.warnings.push(warning("not-given", what));
      return null;
    }
  }

  /** A document that names files: without it the export may lack some, which is a gap. @throws as `read` */
  async source<T>(path: string, schema: z.ZodMiniType<T>, what: string): Promise<Document<T> | null> {
    const document = await this.read(path, schema, what);
    if (this.#ungiven.has(path)) this.unread.push({ path, what });
    return document;
  }

  /** Why a document could not be had; undefined where it could, or where there is none. */
  troubleWith(...paths: string[]): RunpackError | undefined {
    return paths.map((path) => this.#ungiven.get(path)).find((error) => error !== undefined);
  }
}
