import { PackFull } from "@/core/bundle/pack";
import type { ErrorCode } from "@/core/jobs/job";
import { RunpackError } from "@/core/skyvern/errors";
import { errorText } from "@/core/text/error-text";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-codes";
import { words } from "./words";

/** What a terminal says otherwise than the extension: there are no options pages here, and no browser. */
const TEXTS: Partial<Record<ErrorCode, string>> = {
  "no-key": "There is no API key. Set SKYVERN_API_KEY, or name a file that holds it: --key-file FILE.",
  "key-refused":
    "Skyvern refused the API key. Check SKYVERN_API_KEY or the key file, and that the key belongs to --api.",
  interrupted: "Interrupted. The same command goes on from here: nothing is fetched again.",
  unreachable: "Skyvern can't be reached. Check your connection and the address (--api), then try again.",
};
/** No room; the quota is full; too large for the file system. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const REFUSED = new Set(["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EISDIR", "EEXIST"]);

/** The command was given something that it doesn't take. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The user or the system ended the command. */
export class Interrupted extends Error {
  override name = "Interrupted";

  constructor(readonly exitCode: ExitCode) {
    super(TEXTS.interrupted);
  }
}

/** What the command works with besides Skyvern can't be reached. */
export class ServiceAway extends Error {
  override name = "ServiceAway";

  /** @param what the service, with its host */
  constructor(what: string, cause: unknown, advice: string) {
    super(`${what} can't be reached: ${reasonOf(cause)}. ${advice}`, { cause });
  }
}

/** Where a name has several addresses, each has its own error and the whole has no words. */
function reasonOf(cause: unknown): string {
  const [first] = cause instanceof AggregateError ? cause.errors : [];
  return messageOf(first ?? cause);
}

/** What went wrong in words for a terminal, and how the command ends. */
export interface Failure {
  code: ErrorCode;
  message: string;
  exitCode: ExitCode;
}

/** Any error as a failure. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Interrupted)
    return { code: "interrupted", message: error.message, exitCode: error.exitCode };
  if (error instanceof ServiceAway)
    return { code: "unreachable", message: error.message, exitCode: exitCodeOf("unreachable") };
  if (error instanceof UsageError) return { code: "unknown", message: error.message, exitCode: EXIT.usage };
  if (error instanceof RunpackError) {
    const { code, view } = error;
    if (code === "save-failed") return failed(code, view.detail ?? null);
    return { code, message: TEXTS[code] ?? errorText(words, view), exitCode: exitCodeOf(code) };
  }
  const system = systemCode(error);
  const cause = error instanceof PackFull ? systemCode(error.cause) : system;
  if (cause !== null && REFUSED.has(cause)) return failed("save-failed", messageOf(error));
  if (error instanceof PackFull || (system !== null && FULL.has(system))) return failed("no-space", null);
  return failed("unknown", messageOf(error));
}

function failed(code: ErrorCode, detail: string | null): Failure {
  if (code === "save-failed")
    return { code, message: `The bundle can't be written: ${detail}`, exitCode: exitCodeOf(code) };
  const message = errorText(words, { code, ...(detail ? { detail } : {}) });
  return { code, message, exitCode: exitCodeOf(code) };
}

function systemCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return error.message + cause;
}
