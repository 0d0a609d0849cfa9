/** Something that goes wrong with one answer. Bytes are counted in the answer's body; times in ms. */
export type Fault = { times?: number } & (
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: string }
  /** The row is there, the bytes are not yet: 404 on content. */
  | { kind: "not-uploaded" }
  | { kind: "reset-before-headers" }
  | { kind: "reset-after"; bytes: number }
  /** A clean close too early: the promised Content-Length, or the last chunk, never comes. */
  | { kind: "truncate"; bytes: number; framing: "content-length" | "chunked" }
  /** Content-Length tells so many bytes; the body goes on behind them. */
  | { kind: "understate"; bytes: number }
  | { kind: "stall-before-headers"; ms: number }
  | { kind: "stall-after"; bytes: number; ms: number }
  | { kind: "drip"; bytes: number; everyMs: number }
  /** The checksum in the artifact's row, and in every document that names it, is not that of the bytes. */
  | { kind: "wrong-checksum" }
  | { kind: "redirect"; location: string; status?: number }
  | { kind: "ignore-range" }
  /** 206 answers claim this total size in Content-Range. */
  | { kind: "wrong-total"; total: number }
  | { kind: "gzip" }
  | { kind: "zstd" }
  /** The body (a JSON document) ends after so many bytes, with a Content-Length that agrees. */
  | { kind: "cut-json"; bytes: number }
);

/** An artifact's ID (its content call, and its row), a path with `*` for anything, or a pattern over path and query. */
export type FaultTarget = string | RegExp;

interface Planned {
  fault: Fault;
  left: number;
}

/** What a stand-in proxy answers with: HTML, not JSON. */
export function gatewayError(status: number, times?: number): Fault {
  return {
    kind: "status",
    status,
    headers: { "content-type": "text/html" },
    body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`,
    ...(times === undefined ? {} : { times }),
  };
}

/** Faults in force. Of a target's faults the first that has times left applies, and is used up by one. */
export class Faults {
  #plans = new Map<FaultTarget, Planned[]>();

  /** Replaces the target's faults. Without `times` a fault stays until cleared. */
  set(target: FaultTarget, faults: Fault | Fault[]): void {
    const list = Array.isArray(faults) ? faults : [faults];
    this.#plans.set(
      target,
      list.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })),
    );
  }

  /** Ends the target's faults; without a target all. */
  clear(target?: FaultTarget): void {
    if (target === undefined) this.#plans.clear();
    else this.#plans.delete(target);
  }

  /** The fault for a request, used up by one; `artifactId` for content calls. */
  take(path: string, artifactId: string | null): Fault | null {
    for (const [target, planned] of this.#plans) {
      if (!matches(target, path, artifactId)) continue;
      const next = planned.find(({ fault, left }) => left > 0 && fault.kind !== "wrong-checksum");
      if (!next) continue;
      next.left -= 1;
      return next.fault;
    }
    return null;
  }

  /** True while the artifact's rows carry a wrong checksum; used up by one per row served. */
  takeWrongChecksum(artifactId: string): boolean {
    const planned = this.#plans
      .get(artifactId)
      ?.find(({ fault, left }) => left > 0 && fault.kind === "wrong-checksum");
    if (planned) planned.left -= 1;
    return planned !== undefined;
  }
}

function matches(target: FaultTarget, path: string, artifactId: string | null): boolean {
  if (target instanceof RegExp) return target.test(path);
  if (!target.startsWith("/")) return target === artifactId;
  const [pathname = ""] = path.split("?");
  const pattern = target.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`).test(target.includes("?") ? path : pathname);
}
