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

type Row = readonly [extension: string | null, folder: ArtifactFolder, group: ArtifactGroup, text: boolean];

/** A bare literal: what doesn't look into the table, as the buttons on the page, doesn't carry it along. */
const TYPES: Readonly<Record<string, Row>> = {
  recording: [null, "recording", "recordings", false],
  audio: ["webm", "recording", "recordings", false],
  session_replay: ["mp4", "recording", "recordings", false],
  eval_score: ["json", "other", "other", true],
  eval_trajectory: ["json", "other", "other", true],
  eval_rubrics: ["json", "other", "other", true],
  browser_console_log: ["log", "logs", "logs", true],
  browser_session_action_log: ["json", "logs", "logs", true],
  skyvern_log: ["log", "logs", "logs", true],
  skyvern_log_raw: ["json", "logs", "logs", true],
  screenshot: ["png", "steps", "screenshots", false],
  screenshot_llm: ["png", "steps", "screenshots", false],
  screenshot_action: ["png", "steps", "screenshots", false],
  screenshot_final: ["png", "steps", "screenshots", false],
  screenshot_proxy: ["png", "steps", "screenshots", false],
  llm_prompt: ["txt", "steps", "prompts", true],
  llm_request: ["json", "steps", "prompts", true],
  llm_response: ["json", "steps", "prompts", true],
  llm_response_parsed: ["json", "steps", "prompts", true],
  llm_response_rendered: ["json", "steps", "prompts", true],
  visible_elements_tree: ["json", "steps", "pages", true],
  visible_elements_tree_trimmed: ["json", "steps", "pages", true],
  visible_elements_tree_in_prompt: ["txt", "steps", "pages", true],
  visible_elements_id_css_map: ["json", "steps", "pages", true],
  visible_elements_id_frame_map: ["json", "steps", "pages", true],
  visible_elements_id_xpath_map: ["json", "steps", "pages", true],
  hashed_href_map: ["json", "steps", "pages", true],
  html: ["html", "steps", "pages", true],
  html_scrape: ["html", "steps", "pages", true],
  html_action: ["html", "steps", "pages", true],
  trace: ["zip", "network", "network", false],
  har: ["har", "network", "network", true],
  script_file: [null, "code", "code", true],
  pdf: ["pdf", "other", "other", false],
  download: [null, "downloads", "downloads", false],
  step_archive: ["zip", "other", "other", false],
  task_archive: ["zip", "other", "other", false],
};

/** The row of a type; an unknown type gets one that keeps it: folder `other/`, stored as it is. */
export function artifactType(type: string): ArtifactType {
  const row = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  const [extension, folder, group, text] = row ?? [null, "other", "other", false];
  return { extension, folder, group, text };
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
