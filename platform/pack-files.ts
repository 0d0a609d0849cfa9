/** What jobs have in the origin private file system: a pack, its journal, and sometimes the composed ZIP. */
const FOLDER = "packs";
const ENDINGS = ["pack", "journal", "zip"];

export async function packFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** Removes what a job left in the file system; a job that left nothing is no error. */
export async function removePack(jobId: string): Promise<void> {
  const packs = await packFolder();
  for (const ending of ENDINGS) {
    await packs.removeEntry(`${jobId}.${ending}`).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
    });
  }
}

/** Removes what jobs left behind that nobody will go on with. */
export async function removePacksBut(jobIds: readonly string[]): Promise<void> {
  for await (const name of (await packFolder()).keys()) {
    const jobId = name.slice(0, name.lastIndexOf("."));
    if (!jobIds.includes(jobId)) await removePack(jobId);
  }
}
