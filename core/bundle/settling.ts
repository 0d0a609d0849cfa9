/** For so long after its end a run's, or a session's, files may still be on their way (skyvern-api.md §5). */
export const SETTLING_MS = 5 * 60_000;
