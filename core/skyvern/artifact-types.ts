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
  label: string;
  /** Text shrinks 5 to 20 times by deflate, media not at all. */
  text: boolean;
}

/** Folders below `data/`; `steps` is subdivided in the order of the run. */
export type ArtifactFolder = "recording" | "downloads" | "code" | "network" | "logs" | "steps" | "other";

/** The groups that a user picks from, in the order that they are shown in. */
export const ARTIFACT_GROUPS = [
  { id: "recordings", label: "Recordings" },
  { id: "screenshots", label: "Screenshots" },
  { id: "prompts", label: "Prompts and answers" },
  { id: "pages", label: "Page HTML and element trees" },
  { id: "network", label: "HAR and trace" },
  { id: "logs", label: "Logs" },
  { id: "downloads", label: "Downloaded files" },
  { id: "code", label: "Generated code" },
  { id: "other", label: "Everything else" },
] as const;

export type ArtifactGroup = (typeof ARTIFACT_GROUPS)[number]["id"];

const row = (
  extension: string | null,
  folder: ArtifactFolder,
  group: ArtifactGroup,
  label: string,
  text: boolean,
): ArtifactType => ({ extension, folder, group, label, text });

const TYPES: ReadonlyMap<string, ArtifactType> = new Map([
  ["recording", row(null, "recording", "recordings", "Recording", false)],
  ["audio", row("webm", "recording", "recordings", "Audio", false)],
  ["session_replay", row("mp4", "recording", "recordings", "Session replay", false)],
  ["eval_score", row("json", "other", "other", "Evaluation score", true)],
  ["eval_trajectory", row("json", "other", "other", "Evaluation trajectory", true)],
  ["eval_rubrics", row("json", "other", "other", "Evaluation rubrics", true)],
  ["browser_console_log", row("log", "logs", "logs", "Console log", true)],
  ["browser_session_action_log", row("json", "logs", "logs", "Session action log", true)],
  ["skyvern_log", row("log", "logs", "logs", "Skyvern log", true)],
  ["skyvern_log_raw", row("json", "logs", "logs", "Skyvern log (raw)", true)],
  ["screenshot", row("png", "steps", "screenshots", "Screenshot", false)],
  ["screenshot_llm", row("png", "steps", "screenshots", "Screenshot (decision)", false)],
  ["screenshot_action", row("png", "steps", "screenshots", "Screenshot (action)", false)],
  ["screenshot_final", row("png", "steps", "screenshots", "Screenshot (final)", false)],
  ["screenshot_proxy", row("png", "steps", "screenshots", "Screenshot (proxy)", false)],
  ["llm_prompt", row("txt", "steps", "prompts", "Prompt", true)],
  ["llm_request", row("json", "steps", "prompts", "LLM request", true)],
  ["llm_response", row("json", "steps", "prompts", "LLM answer", true)],
  ["llm_response_parsed", row("json", "steps", "prompts", "LLM answer (parsed)", true)],
  ["llm_response_rendered", row("json", "steps", "prompts", "LLM answer (rendered)", true)],
  ["visible_elements_tree", row("json", "steps", "pages", "Element tree", true)],
  ["visible_elements_tree_trimmed", row("json", "steps", "pages", "Element tree (trimmed)", true)],
  ["visible_elements_tree_in_prompt", row("txt", "steps", "pages", "Element tree (in prompt)", true)],
  ["visible_elements_id_css_map", row("json", "steps", "pages", "Element CSS map", true)],
  ["visible_elements_id_frame_map", row("json", "steps", "pages", "Element frame map", true)],
  ["visible_elements_id_xpath_map", row("json", "steps", "pages", "Element XPath map", true)],
  ["hashed_href_map", row("json", "steps", "pages", "Link map", true)],
  ["html", row("html", "steps", "pages", "Page HTML", true)],
  ["html_scrape", row("html", "steps", "pages", "Page HTML (scraped)", true)],
  ["html_action", row("html", "steps", "pages", "Page HTML (action)", true)],
  ["trace", row("zip", "network", "network", "Trace", false)],
  ["har", row("har", "network", "network", "HAR", true)],
  ["script_file", row(null, "code", "code", "Script file", true)],
  ["pdf", row("pdf", "other", "other", "PDF", false)],
  ["download", row(null, "downloads", "downloads", "Downloaded file", false)],
  ["step_archive", row("zip", "other", "other", "Step archive", false)],
  ["task_archive", row("zip", "other", "other", "Task archive", false)],
]);

/** The row of a type; an unknown type gets one that keeps it: folder `other/`, stored as it is. */
export function artifactType(type: string): ArtifactType {
  return (
    TYPES.get(type) ?? {
      extension: null,
      folder: "other",
      group: "other",
      label: type.replaceAll("_", " "),
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
