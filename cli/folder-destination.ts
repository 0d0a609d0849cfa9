import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { copyFile, link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Destination, names } from "./destination";
import { isCode } from "./work-files";
import type { ZipFile } from "./zip-file";

/** File systems without hard links say one of these. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** A folder on this machine, or one that is mounted. */
export class FolderDestination implements Destination {
  readonly address: string;

  constructor(folder: string) {
    this.address = resolve(folder);
  }

  async save(
    zip: ZipFile,
    name: string,
    signal: AbortSignal,
    onName: (saved: string) => Promise<void>,
  ): Promise<string> {
    await mkdir(this.address, { recursive: true });
    const near = await this.#bringNear(zip);
    for (const candidate of names(name)) {
      signal.throwIfAborted();
      const path = join(this.address, candidate);
      if (await found(path)) continue;
      await onName(candidate);
      if (!(await claim(near, path))) continue;
      await syncFolder(this.address);
      return candidate;
    }
    throw new Error("No name was free.");
  }

  async has(saved: string, { bytes, sha256 }: Pick<ZipFile, "bytes" | "sha256">): Promise<boolean> {
    const path = join(this.address, saved);
    if ((await found(path))?.size !== bytes) return false;
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    return hash.digest("hex") === sha256;
  }

  async remove(saved: string): Promise<void> {
    await rm(join(this.address, saved), { force: true });
  }

  async writeText(name: string, _type: string, parts: AsyncIterable<string>): Promise<void> {
    await mkdir(this.address, { recursive: true });
    const path = join(this.address, name);
    const before = `${path}.${process.pid}.new`;
    const file = await open(before, "w");
    try {
      for await (const part of parts) await file.write(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(before, path);
  }

  async writtenAt(name: string): Promise<number | null> {
    return (await found(join(this.address, name)))?.mtimeMs ?? null;
  }

  /** A ZIP on another disk is copied first: only within a file system can a name be given at one stroke. */
  async #bringNear({ path }: ZipFile): Promise<string> {
    const [here, there] = await Promise.all([stat(dirname(path)), stat(this.address)]);
    if (here.dev === there.dev) return path;
    const near = join(this.address, `.${process.pid}-${Date.now()}.part`);
    await copyFile(path, near);
    const file = await open(near, "r+");
    await file.sync().finally(() => file.close());
    return near;
  }
}

/** Gives a file its name, unless that is taken; false then. */
async function claim(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    if (!NO_LINKS.some((code) => isCode(error, code))) throw error;
    // The name is held by an empty file first.
    const held = await open(to, "wx").catch((taken: unknown) => {
      if (isCode(taken, "EEXIST")) return null;
      throw taken;
    });
    if (!held) return false;
    await held.close();
    await rename(from, to);
    return true;
  }
  await rm(from);
  return true;
}

async function found(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

/** A name is on disk when its folder is; Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
