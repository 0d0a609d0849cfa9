/** What may be worth knowing about an export. */
export type WarningCode =
  | "running"
  | "not-begun"
  | "no-timeline"
  | "recording-late"
  | "few-downloads"
  | "separate-run"
  | "session-open"
  | "session-not-recorded-yet"
  | "session-not-recorded"
  | "code-of-now"
  | "not-given"
  | "archive-unread"
  | "name-lost"
  | FileWarning;

/** Of one file. */
export type FileWarning = "checksum-differs" | "whole-archive";

/** Put into words by `core/text/warning-text.ts`. */
export interface ExportWarning {
  code: WarningCode;
  /** IDs and numbers that the words name, in their order. */
  about: string[];
}

export function warning(code: WarningCode, ...about: string[]): ExportWarning {
  return { code, about };
}

export function distinct(warnings: readonly ExportWarning[]): ExportWarning[] {
  return [...new Map(warnings.map((each) => [JSON.stringify(each), each])).values()];
}
