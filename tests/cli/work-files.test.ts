import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HeldElsewhere, WorkFiles } from "@/cli/work-files";

let folder = "";
const lock = () => join(folder, "run.lock");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "runpack-work-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function locks(): boolean {
  const files = new WorkFiles(folder, "run");
  try {
    files.lock();
  } catch (error) {
    if (error instanceof HeldElsewhere) return false;
    throw error;
  }
  files.unlock();
  return true;
}

describe("the files of an export", () => {
  test("are one process's alone", () => {
    const first = new WorkFiles(folder, "run");
    first.lock();
    expect(locks()).toBe(false);
    first.unlock();
    expect(existsSync(folder)).toBe(false);
  });

  test("are held by a process that runs, on this machine or another", () => {
    writeFileSync(lock(), `${process.ppid} ${hostname()}`);
    expect(locks()).toBe(false);
    writeFileSync(lock(), "1 another-machine");
    expect(locks()).toBe(false);
  });

  test("are free when their process is gone", () => {
    // The largest number that Linux gives is 4,194,304.
    writeFileSync(lock(), `4999999 ${hostname()}`);
    expect(locks()).toBe(true);
  });

  test("are free when their process was killed before it could write its name", () => {
    writeFileSync(lock(), "");
    expect(locks()).toBe(true);
  });

  test("are free when another machine has not touched them for a minute", () => {
    writeFileSync(lock(), "1 another-machine");
    const before = new Date(Date.now() - 61_000);
    utimesSync(lock(), before, before);
    expect(locks()).toBe(true);
  });
});
