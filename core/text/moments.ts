const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
];
const DAYS_AGO = 7;

/** A moment for people, by their own zone and language. @param locale BCP 47 @param at milliseconds since the epoch */
export function formatMoment(locale: string, at: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** How long ago, within a week; the date before that. */
export function formatAgo(locale: string, at: number, now: number): string {
  const past = Math.max(0, now - at);
  if (past >= DAYS_AGO * 86_400_000)
    return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(at);
  const [unit, ms] = UNITS.findLast(([, length]) => past >= length) ?? ["minute", 60_000];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }).format(
    -Math.floor(past / ms),
    unit,
  );
}
