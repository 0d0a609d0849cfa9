import type { MessageKey } from "../text/words";

/**
 * What we know of each artifact type (skyvern-api.md §6). A new type is one row; a type without a row still
 * exports, into `other/`.
 */
export interface ArtifactType {
  /** Extension without the dot; null where the type is stored in several formats and other signs decide. */
  extension: string | null;
  folder: ArtifactFolder;
  /** What a user picks by. */
  group: ArtifactGroup;
  /** Text shrinks 5 to 20 times by deflate, media not at all. */
  text: boolean;
}

/** Folders below `data/`; `steps` is subdivided in the order of the run. */
export type ArtifactFolder = "recording" | "downloads" | "code" | "network" | "logs" | "steps" | "other";

/** The groups that a user picks from, in the order that they are shown in. */
export const ARTIFACT_GROUPS = [
  { id: "recordings", label: "group_recordings" },
  { id: "screenshots", label: "group_screenshots" },
  { id: "prompts", label: "group_prompts" },
  { id: "pages", label: "group_pages" },
  { id: "network", label: "group_network" },
  { id: "logs", label: "group_logs" },
  { id: "downloads", label: "group_downloads" },
  { id: "code", label: "group_code" },
  { id: "other", label: "group_other" },
] as const satisfies readonly { id: string; label: MessageKey }[];

export type ArtifactGroup = (typeof ARTIFACT_GROUPS)[number]["id"];

const row = (
  extension: string | null,
  folder: ArtifactFolder,
  group: ArtifactGroup,
  text: boolean,
): ArtifactType => ({ extension, folder, group, text });

const TYPES: ReadonlyMap<string, ArtifactType> = new Map([
  ["recording", row(null, "recording", "recordings", false)],
  ["audio", row("webm", "recording", "recordings", false)],
  ["session_replay", row("mp4", "recording", "recordings", false)],
  ["eval_score", row("json", "other", "other", true)],
  ["eval_trajectory", row("json", "other", "other", true)],
  ["eval_rubrics", row("json", "other", "other", true)],
  ["browser_console_log", row("log", "logs", "logs", true)],
  ["browser_session_action_log", row("json", "logs", "logs", true)],
  ["skyvern_log", row("log", "logs", "logs", true)],
  ["skyvern_log_raw", row("json", "logs", "logs", true)],
  ["screenshot", row("png", "steps", "screenshots", false)],
  ["screenshot_llm", row("png", "steps", "screenshots", false)],
  ["screenshot_action", row("png", "steps", "screenshots", false)],
  ["screenshot_final", row("png", "steps", "screenshots", false)],
  ["screenshot_proxy", row("png", "steps", "screenshots", false)],
  ["llm_prompt", row("txt", "steps", "prompts", true)],
  ["llm_request", row("json", "steps", "prompts", true)],
  ["llm_response", row("json", "steps", "prompts", true)],
  ["llm_response_parsed", row("json", "steps", "prompts", true)],
  ["llm_response_rendered", row("json", "steps", "prompts", true)],
  ["visible_elements_tree", row("json", "steps", "pages", true)],
  ["visible_elements_tree_trimmed", row("json", "steps", "pages", true)],
  ["visible_elements_tree_in_prompt", row("txt", "steps", "pages", true)],
  ["visible_elements_id_css_map", row("json", "steps", "pages", true)],
  ["visible_elements_id_frame_map", row("json", "steps", "pages", true)],
  ["visible_elements_id_xpath_map", row("json", "steps", "pages", true)],
  ["hashed_href_map", row("json", "steps", "pages", true)],
  ["html", row("html", "steps", "pages", true)],
  ["html_scrape", row("html", "steps", "pages", true)],
  ["html_action", row("html", "steps", "pages", true)],
  ["trace", row("zip", "network", "network", false)],
  ["har", row("har", "network", "network", true)],
  ["script_file", row(null, "code", "code", true)],
  ["pdf", row("pdf", "other", "other", false)],
  ["download", row(null, "downloads", "downloads", false)],
  ["step_archive", row("zip", "other", "other", false)],
  ["task_archive", row("zip", "other", "other", false)],
]);

/** The row of a type; an unknown type gets one that keeps it: folder `other/`, stored as it is. */
export function artifactType(type: string): ArtifactType {
  return (
    TYPES.get(type) ?? {
      extension: null,
      folder: "other",
      group: "other",
      text: false,
    }
  );
}

/** True for the ZIPs that hold other artifacts as members (skyvern-api.md §5). */
export function isArchiveType(type: string): boolean {
  return type === "step_archive" || type === "task_archive";
}

/** True for types that the server rewrites while the run runs: their download is not resumed then. */
export function growsWhileRunning(type: string): boolean {
  const { folder } = artifactType(type);
  return folder === "recording" || folder === "logs" || type === "har";
}
