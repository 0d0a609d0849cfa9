import { gapSentence, proofSentence, resultSentence } from "@/core/text/job-text";
import { warningText } from "@/core/text/warning-text";
import type { SavedBundle } from "./export-bundle";
import type { Failure } from "./failure";
import { words } from "./words";

/** A saved bundle for people. */
export function savedLines({ saved, result }: SavedBundle, address: string): string {
  const proofs = proofSentence(words, result);
  return [
    `${address}/${saved}`,
    `  ${resultSentence(words, result)}${proofs ? `; proven whole: ${proofs}` : ""}`,
    ...result.gaps.map((gap) => `  missing: ${gapSentence(words, gap)}`),
    ...result.warnings.map((warning) => `  note: ${warningText(words, warning)}`),
  ].join("\n");
}

/** A saved bundle for programs. */
export function savedEvent({ packed, saved, bytes, sha256, result }: SavedBundle, address: string) {
  const { found, written, missing, leftOut, proofs, gaps, warnings } = result;
  return {
    event: "saved",
    run_id: packed.runId,
    bundle: saved,
    destination: address,
    bytes,
    sha256,
    counts: { found, written, missing, left_out: leftOut },
    proofs,
    gaps,
    warnings: warnings.map((warning) => warningText(words, warning)),
  };
}

/** A run that could not be exported, for programs. */
export function failedEvent(runId: string, { code, message, exitCode }: Failure) {
  return { event: "failed", run_id: runId, code, message, exit_code: exitCode };
}
