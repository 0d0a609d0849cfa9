import { z } from "zod";
import type { MissingReason } from "@/core/bundle/fetch-context";
import { type Gap, groupGaps } from "@/core/bundle/gaps";
import type { GapGroup } from "@/core/jobs/job";
import type { GivenFile } from "@/core/report/verify";

const NAME = "export-report.json";
const MOST_BYTES = 512 * 1024 * 1024;

const Reason = z.custom<MissingReason>((value) => typeof value === "string");
const Missing = z.looseObject({
  artifact_id: z.string(),
  artifact_type: z.string(),
  reason: Reason,
  detail: z.string().catch(""),
});

/** `export-report.json`, as far as a terminal shows it (docs/bundle-format.md). */
const Report = z.looseObject({
  format: z.literal("runpack-export-report"),
  run_id: z.string(),
  requested_id: z.string(),
  title: z.string().nullable().catch(null),
  status: z.string().nullable().catch(null),
  exported_at: z.string(),
  extension_version: z.string().catch("?"),
  api_address: z.string().catch("?"),
  organization: z.string().nullable().catch(null),
  preset: z.string().catch("?"),
  share_safe: z.boolean().catch(false),
  counts: z.object({ found: z.number(), written: z.number(), missing: z.number(), left_out: z.number() }),
  written: z.array(z.looseObject({ path: z.string(), artifact_type: z.string(), bytes: z.number() })),
  missing: z.array(Missing),
  warnings: z.array(z.string()).catch([]),
});
export type BundleReport = z.infer<typeof Report>;

/** The report of a bundle; null where it has none that can be read. */
export async function readReport(files: readonly GivenFile[]): Promise<BundleReport | null> {
  const file = files.find(({ path }) => path === NAME);
  if (!file || file.size > MOST_BYTES) return null;
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of file.chunks()) text += decoder.decode(chunk, { stream: true });
    return Report.parse(JSON.parse(text + decoder.decode()));
  } catch {
    return null; // Damaged: the hashes say so.
  }
}

/** What the bundle lacks, by reason. */
export function gapsOf({ missing }: BundleReport): GapGroup[] {
  return groupGaps(
    missing.map(
      ({ artifact_id, artifact_type, reason, detail }): Gap<MissingReason> => ({
        artifact_id,
        artifact_type,
        reason,
        detail,
      }),
    ),
  );
}
