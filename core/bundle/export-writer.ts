import { FileSink, type StoredFile } from "./file-sink";
import type { FileWork } from "./file-work";
import type { PackFile } from "./pack";

/** A file of the export, in the pack. */
export interface PackedEntry {
  /** Below the bundle's root folder or the download folder. */
  path: string;
  file: StoredFile;
  /** Milliseconds since the epoch. */
  modified: number;
}

/** Writes texts of our own into the pack and keeps them in mind as files of the export. */
export class ExportWriter {
  readonly entries: PackedEntry[] = [];

  constructor(
    private readonly pack: PackFile,
    private readonly work: FileWork,
    /** Deflate; off for a folder. */
    private readonly compress: boolean,
    private readonly modified: number,
  ) {}

  /** @throws PackFull; WorkLost */
  async add(path: string, text: string): Promise<void> {
    this.entries.push(await this.write(path, text));
  }

  /**
   * Writes it, and leaves it to the caller to make it a file of the export.
   * @param deflates false: it wouldn't get much smaller
   * @throws PackFull; WorkLost
   */
  async write(path: string, text: string, deflates = true): Promise<PackedEntry> {
    const sink = new FileSink(this.pack, this.work, this.compress && deflates);
    await sink.write(new TextEncoder().encode(text));
    return { path, file: await sink.finish(), modified: this.modified };
  }
}
