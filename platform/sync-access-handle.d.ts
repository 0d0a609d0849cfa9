/** What TypeScript declares for workers alone; the one room that needs it runs in ours (File System Standard §2.7). */
interface FileSystemSyncAccessHandle {
  read(buffer: ArrayBufferView<ArrayBuffer>, options?: { at?: number }): number;
  write(buffer: ArrayBufferView<ArrayBuffer>, options?: { at?: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>;
}
