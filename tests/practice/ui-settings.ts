/** How the page behaves; read at each load of it. */
export interface UiSettings {
  /** `auto`: the studio at its own address, the classic page elsewhere; `on`, `off`: the flag for everybody. */
  studio: "auto" | "on" | "off";
  skeletonMs: number;
  pollMs: number;
  /** Content-Security-Policy of the page. */
  csp: string | null;
}

export function defaultUiSettings(): UiSettings {
  return { studio: "auto", skeletonMs: 300, pollMs: 2500, csp: null };
}
