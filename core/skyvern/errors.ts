import type { ErrorCode, JobError } from "../jobs/job";

/** An error that the user is told about, by its code; `core/text/error-text.ts` has the words. */
export class RunpackError extends Error {
  override name = "RunpackError";

  constructor(
    readonly code: ErrorCode,
    /** The run or address that it is about, and technical details in English. */
    readonly info: Omit<JobError, "code"> = {},
    cause?: unknown,
  ) {
    super([code, info.about, info.detail].filter(Boolean).join(": "), { cause });
  }

  /** As it crosses contexts. */
  get view(): JobError {
    return { code: this.code, ...this.info };
  }
}

export function runpackError(
  code: ErrorCode,
  info: Omit<JobError, "code"> = {},
  cause?: unknown,
): RunpackError {
  return new RunpackError(code, info, cause);
}
