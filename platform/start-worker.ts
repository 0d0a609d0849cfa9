/** The extension's own workers, the only scripts that are ever loaded by address. */
export type WorkerName = "export-worker" | "hash-worker";

interface Policy {
  createScriptURL(given: string): string;
}

declare global {
  /** Trusted Types (W3C), as far as this needs them; a TrustedScriptURL goes where an address goes. */
  var trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;
}

let policy: Policy | null = null;

/** Where the browser has Trusted Types, only a policy may name a script. */
export function startWorker(name: WorkerName): Worker {
  const address = new URL(`/${name}.js`, location.origin).href;
  policy ??= globalThis.trustedTypes?.createPolicy("runpack", { createScriptURL: (own) => own }) ?? null;
  return new Worker(policy ? policy.createScriptURL(address) : address);
}
