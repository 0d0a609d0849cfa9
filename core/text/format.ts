const UNITS = ["KB", "MB", "GB", "TB"] as const;

/** Bytes for people, in powers of 1000 as download lists show them: `0 bytes`, `1 byte`, `940 bytes`, `5.6 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return count(Math.max(0, Math.round(bytes)), "byte", "bytes");
  let value = bytes / 1000;
  let unit: string = UNITS[0];
  for (const bigger of UNITS.slice(1)) {
    // 999.95 KB would be written as "1000 KB".
    if (value < 999.5) break;
    value /= 1000;
    unit = bigger;
  }
  const digits = value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits).replace(/\.0$/, "")} ${unit}`;
}

/** Seconds for people, with two units at most: `5 s`, `1 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const [big, small] = whole < 3600 ? [60, 1] : [3600, 60];
  const [bigName, smallName] = whole < 3600 ? ["min", "s"] : ["h", "min"];
  const rest = Math.floor((whole % big) / small);
  const head = `${Math.floor(whole / big)} ${bigName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}

/** `0..1` as whole percent; 100 only at the very end. */
export function formatPercent(fraction: number): string {
  return `${wholePercent(fraction)}%`;
}

/** `0..1` as 0..100; rounded down, so that 100 means finished. */
export function wholePercent(fraction: number): number {
  return Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
}

/** `1 file`, `2,000 files`. */
export function count(amount: number, one: string, many: string): string {
  return `${groupDigits(amount)} ${amount === 1 ? one : many}`;
}

/** 12000 → `12,000`. */
export function groupDigits(amount: number): string {
  return String(amount).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
