import type { ErrorCode } from "../jobs/job";

/** An error with words for the user: what happened and what to do next. */
export class RunpackError extends Error {
  override name = "RunpackError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The one table of error texts; `{address}` and `{run}` are filled in. */
const TEXTS: Record<ErrorCode, string> = {
  "no-key": "Add your Skyvern API key in Runpack's options first.",
  "key-refused": "Skyvern refused the API key. Check it in Runpack's options, then try again.",
  "no-such-run":
    "There is no such run in this organization: {run}. Check the ID, and whose API key is stored.",
  unreachable: "{address} can't be reached. Check your connection and the API address, then try again.",
  server: "Skyvern's server has trouble and kept answering with errors. Try again in a few minutes.",
  "bad-answer": "{address} answered with something that is not Skyvern's API. Check the API address.",
  "no-space":
    "There is not enough disk space for this run. Free some space, then go on: nothing is fetched again.",
  "save-failed": "The browser could not save the file. Check the downloads folder, then try again.",
  "save-cancelled": "The download was cancelled in the browser. Try again to save it.",
  interrupted: "The export was interrupted. Try again.",
  unknown: "Something went wrong. Try again; if it stays, report it.",
};

/** A typed error with its text from the table. */
export function runpackError(
  code: ErrorCode,
  fill: { address?: string; run?: string } = {},
  cause?: unknown,
): RunpackError {
  const message = TEXTS[code]
    .replace("{address}", fill.address ?? "Skyvern")
    .replace("{run}", fill.run ?? "?");
  return new RunpackError(code, message, { cause });
}
