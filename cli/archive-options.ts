import { UsageError } from "./failure";
import type { RunFilter } from "./list-runs";
import type { Given, Options } from "./options";

export const FILTER_OPTIONS: Options = {
  agent: {
    value: "wpid_…",
    many: true,
    help: "Runs of this agent; without, those of the organization's history",
  },
  since: {
    value: "TIME",
    help: "Created then or later: 2026-11-01, 2026-11-01T08:00Z, or 7d, 24h before now",
  },
  until: { value: "TIME", help: "Created before then" },
  status: { value: "LIST", many: true, help: "Only these, with commas: completed, failed, terminated, …" },
};

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** @throws UsageError */
export function readFilter(given: Given, now: number): RunFilter {
  return {
    agents: given.all("agent"),
    statuses: given
      .all("status")
      .flatMap((list) => list.split(","))
      .map((status) => status.trim())
      .filter((status) => status !== ""),
    since: timeOf("since", given.text("since"), now),
    until: timeOf("until", given.text("until"), now),
  };
}

/** Milliseconds since the epoch; a time without a zone is UTC, as Skyvern's are. */
function timeOf(option: string, text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const [, amount, unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (UNITS[unit] ?? 0);
  const zoned = /^\d{4}-\d{2}-\d{2}$|[zZ]$|[+-]\d{2}:\d{2}$/.test(text) ? text : `${text}Z`;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError(`--${option} takes a time such as 2026-11-01 or 7d, not "${text}".`);
  return time;
}
