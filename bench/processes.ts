import { readdirSync, readFileSync } from "node:fs";

/** What a process and all its children have cost (Linux). */
export interface Cost {
  /** Of a processor, since they started. */
  cpuSeconds: number;
  /** Handed to the file system. */
  bytesWritten: number;
}

/** Ticks a second in `/proc`, on every Linux. */
const TICKS = 100;

/** Bytes of memory that belong to a process and all its children, shared pages divided among their users. */
export function treePss(root: number): number {
  return sum(treeOf(root).map(pss));
}

/** What a process and its children have used so far; children that have ended count where their parents waited for them. */
export function treeCost(root: number): Cost {
  const pids = treeOf(root);
  return { cpuSeconds: sum(pids.map(cpuOf)), bytesWritten: sum(pids.map(writtenBy)) };
}

function treeOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const [, parent] = statOf(pid);
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid]);
  }
  const all: number[] = [];
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    all.push(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return all;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process ended meanwhile.
    return "";
  }
}

/** Fields of `/proc/<pid>/stat` from the state on: the name before it may hold anything, a parenthesis too. */
function statOf(pid: number): string[] {
  return read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
}

/** In user and kernel mode, with its ended children's (proc_pid_stat(5): utime, stime, cutime, cstime). */
function cpuOf(pid: number): number {
  return sum(statOf(pid).slice(11, 15).map(Number)) / TICKS;
}

function writtenBy(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(read(`/proc/${pid}/io`))?.[1] ?? 0);
}

function pss(pid: number): number {
  const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kilobytes) * 1024;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
