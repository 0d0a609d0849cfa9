/** The extension's own workers, the only scripts that are ever loaded by address. */
export type WorkerName = "export-worker" | "file-worker";

interface Policy {
  createScriptURL(given: string): string;
}

declare global {
  /** Trusted Types (W3C), as far as this needs them; a TrustedScriptURL goes where an address goes. */
  var trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;
}

const RULES: Policy = { createScriptURL: (name) => new URL(`/${name}.js`, location.origin).href };

let policy: Policy | null = null;

/** Where the browser has Trusted Types, only a policy may name a script: this one knows no other scripts. */
export function startWorker(name: WorkerName): Worker {
  policy ??= globalThis.trustedTypes?.createPolicy("runpack", RULES) ?? RULES;
  return new Worker(policy.createScriptURL(name));
}
