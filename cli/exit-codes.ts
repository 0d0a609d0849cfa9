import type { ErrorCode } from "@/core/jobs/job";

/** How the command ends; documented in docs/command-line.md. */
export const EXIT = {
  whole: 0,
  unknown: 1,
  usage: 2,
  partial: 3,
  noSuchRun: 4,
  key: 5,
  skyvern: 6,
  destination: 7,
  damaged: 8,
  /** As shells have it: 128 and the signal's number. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of several ends the first of these is told: what ends everything before what concerns one run. */
const WEIGHT: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.usage,
  EXIT.key,
  EXIT.destination,
  EXIT.skyvern,
  EXIT.unknown,
  EXIT.damaged,
  EXIT.noSuchRun,
  EXIT.partial,
  EXIT.whole,
];

const OF_ERROR: Record<ErrorCode, ExitCode> = {
  "no-key": EXIT.key,
  "key-refused": EXIT.key,
  "no-permission": EXIT.key,
  "no-such-run": EXIT.noSuchRun,
  "no-such-session": EXIT.noSuchRun,
  unreachable: EXIT.skyvern,
  server: EXIT.skyvern,
  "bad-answer": EXIT.skyvern,
  "no-space": EXIT.destination,
  "save-failed": EXIT.destination,
  "save-cancelled": EXIT.destination,
  "save-forbidden": EXIT.destination,
  "names-lost": EXIT.destination,
  interrupted: EXIT.unknown,
  unknown: EXIT.unknown,
};

/** The exit code of an error. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return OF_ERROR[code];
}

/** The exit code of a command that did several things. */
export function heaviest(codes: readonly ExitCode[]): ExitCode {
  return WEIGHT.find((code) => codes.includes(code)) ?? EXIT.whole;
}
