import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MIB = 1024 * 1024;

/** A disk of its own, in memory. Sizes are in bytes. */
export interface SmallDisk {
  path: string;
  /** Takes the room away, but for so much. */
  fill(left: number): void;
  /** Gives back what was filled, and makes the disk so large. */
  makeRoom(size: number): void;
  remove(): void;
}

/** Needs the right to mount, which `npm run test:trust -- --long` sees to. */
export function makeDisk(size: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "runpack-disk-"));
  mount(`size=${size}`, path);
  const filler = join(path, "filler");
  return {
    path,

    fill(left) {
      const file = openSync(filler, "a");
      for (let free = freeOn(path); free > left; free = freeOn(path))
        writeSync(file, Buffer.alloc(Math.min(MIB, free - left)));
      closeSync(file);
    },

    makeRoom(larger) {
      rmSync(filler, { force: true });
      mount(`remount,size=${larger}`, path);
    },

    remove() {
      // What a browser that has just ended holds on to goes with it.
      execFileSync("umount", ["--lazy", path]);
      rmdirSync(path);
    },
  };
}

function mount(options: string, path: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]);
}

function freeOn(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
