import { readdirSync, readFileSync } from "node:fs";

/** Bytes of memory that belong to a process and all its children, shared pages divided among their users (Linux). */
export function treePss(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = parentOf(pid);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const waiting = [root];
  let total = 0;
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    total += pss(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return total;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process ended meanwhile.
    return "";
  }
}

function parentOf(pid: number): number | null {
  // The name in parentheses may hold anything, so what follows is counted from the last one.
  const after = read(`/proc/${pid}/stat`).split(") ").at(-1) ?? "";
  const [, parent] = after.split(" ");
  return parent === undefined ? null : Number(parent);
}

function pss(pid: number): number {
  const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kilobytes) * 1024;
}
