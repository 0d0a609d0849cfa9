import type en from "../../public/_locales/en/messages.json";

/** A text of `public/_locales`; the English file is the list of them. */
export type MessageKey = keyof typeof en;

/** A text that depends on a number: `<key>_one` and `<key>_other`, with the number as `$1`. */
export type CountKey = MessageKey extends infer Key
  ? Key extends `${infer Base}_other`
    ? Base
    : never
  : never;

/** The texts of one language, and its way to write numbers, sizes and times. */
export interface Words {
  /** BCP 47: the user's own region where the texts are of that language. */
  readonly locale: string;
  /** The text with `$1`, `$2`… filled in. */
  t(key: MessageKey, ...fill: readonly string[]): string;
  /** The text of a key that comes from data; null where there is none. */
  find(key: string): string | null;
  /** The text for a number of things: `1 file`, `2,000 files`. */
  count(key: CountKey, amount: number): string;
  /** 12000 → `12,000`. */
  number(amount: number): string;
  /** With one decimal: `4.0`. */
  tenths(amount: number): string;
  /** In powers of 1000 as download lists show them: `0 bytes`, `1 byte`, `940 bytes`, `5.6 MB`. */
  bytes(bytes: number): string;
  /** Seconds with two units at most: `5 s`, `1 min 20 s`, `2 h 5 min`. */
  duration(seconds: number): string;
  /** `0..1` as whole percent; 100 only at the very end. */
  percent(fraction: number): string;
  /** Milliseconds since the epoch, in the reader's own zone. */
  dateTime(at: number): string;
}

const UNITS = ["unit_kilobytes", "unit_megabytes", "unit_gigabytes", "unit_terabytes"] as const;

/**
 * @param template the text of a key with its `$1`, `$2`…; empty where there is none
 * @param locale how numbers and times are written; of the texts' language
 */
export function wordsOf(template: (key: string) => string, locale: string): Words {
  const plurals = new Intl.PluralRules(locale);
  const plain = new Intl.NumberFormat(locale);
  const oneDigit = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, useGrouping: false });
  const percent = new Intl.NumberFormat(locale, { style: "percent" });

  const t = (key: MessageKey, ...fill: readonly string[]) => filled(template(key), fill);
  const number = (amount: number) => plain.format(amount);
  const count = (key: CountKey, amount: number) =>
    filled(template(`${key}_${plurals.select(amount) === "one" ? "one" : "other"}`), [number(amount)]);

  return {
    locale,
    t,
    number,
    count,
    tenths: (amount) => oneDigit.format(amount),
    find: (key) => filled(template(key), []) || null,
    bytes: (bytes) => {
      if (bytes < 1000) return count("count_bytes", Math.max(0, Math.round(bytes)));
      let value = bytes / 1000;
      let unit: MessageKey = UNITS[0];
      for (const bigger of UNITS.slice(1)) {
        // 999.95 KB would be written as "1000 KB".
        if (value < 999.5) break;
        value /= 1000;
        unit = bigger;
      }
      return t(unit, short.format(value < 99.95 ? value : Math.round(value)));
    },
    duration: (seconds) => {
      const whole = Math.max(0, Math.ceil(seconds));
      const inSeconds = (amount: number) => t("unit_seconds", number(amount));
      const inMinutes = (amount: number) => t("unit_minutes", number(amount));
      if (whole < 60) return inSeconds(whole);
      const hours = Math.floor(whole / 3600);
      if (hours === 0) return joined(inMinutes(Math.floor(whole / 60)), whole % 60, inSeconds);
      return joined(t("unit_hours", number(hours)), Math.floor((whole % 3600) / 60), inMinutes);
    },
    percent: (fraction) => percent.format(wholePercent(fraction) / 100),
    dateTime: (at) => new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "medium" }),
  };
}

/** A text with its `$1`, `$2`… filled in. */
export function filled(text: string, fill: readonly string[]): string {
  return text.replace(/\$(\d)/g, (_, place: string) => fill[Number(place) - 1] ?? "");
}

/** The user's own locale where the texts are in its language; else the texts' language. */
export function localeOf(language: string, userLocale: string): string {
  return userLocale.split("-")[0] === language ? userLocale : language;
}

/** `0..1` as 0..100; rounded down, so that 100 means finished. */
export function wholePercent(fraction: number): number {
  return Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
}

function joined(head: string, rest: number, inUnit: (amount: number) => string): string {
  return rest === 0 ? head : `${head} ${inUnit(rest)}`;
}
