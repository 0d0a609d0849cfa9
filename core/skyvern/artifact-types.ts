/**
 * What we know of each artifact type (skyvern-api.md §6). A new type is one row; a type without a row still
 * exports, into `other/`.
 */
export interface ArtifactType {
  /** Extension without the dot; null where the type is stored in several formats and other signs decide. */
  extension: string | null;
  folder: ArtifactFolder;
  label: string;
  /** Text shrinks 5 to 20 times by deflate, media not at all. */
  text: boolean;
}

/** Folders below `data/`; `steps` is subdivided in the order of the run. */
export type ArtifactFolder = "recording" | "downloads" | "code" | "network" | "logs" | "steps" | "other";

const row = (
  extension: string | null,
  folder: ArtifactFolder,
  label: string,
  text: boolean,
): ArtifactType => ({ extension, folder, label, text });

const TYPES: ReadonlyMap<string, ArtifactType> = new Map([
  ["recording", row(null, "recording", "Recording", false)],
  ["audio", row("webm", "recording", "Audio", false)],
  ["session_replay", row("mp4", "recording", "Session replay", false)],
  ["eval_score", row("json", "other", "Evaluation score", true)],
  ["eval_trajectory", row("json", "other", "Evaluation trajectory", true)],
  ["eval_rubrics", row("json", "other", "Evaluation rubrics", true)],
  ["browser_console_log", row("log", "logs", "Console log", true)],
  ["browser_session_action_log", row("json", "logs", "Session action log", true)],
  ["skyvern_log", row("log", "logs", "Skyvern log", true)],
  ["skyvern_log_raw", row("json", "logs", "Skyvern log (raw)", true)],
  ["screenshot", row("png", "steps", "Screenshot", false)],
  ["screenshot_llm", row("png", "steps", "Screenshot (decision)", false)],
  ["screenshot_action", row("png", "steps", "Screenshot (action)", false)],
  ["screenshot_final", row("png", "steps", "Screenshot (final)", false)],
  ["screenshot_proxy", row("png", "steps", "Screenshot (proxy)", false)],
  ["llm_prompt", row("txt", "steps", "Prompt", true)],
  ["llm_request", row("json", "steps", "LLM request", true)],
  ["llm_response", row("json", "steps", "LLM answer", true)],
  ["llm_response_parsed", row("json", "steps", "LLM answer (parsed)", true)],
  ["llm_response_rendered", row("json", "steps", "LLM answer (rendered)", true)],
  ["visible_elements_tree", row("json", "steps", "Element tree", true)],
  ["visible_elements_tree_trimmed", row("json", "steps", "Element tree (trimmed)", true)],
  ["visible_elements_tree_in_prompt", row("txt", "steps", "Element tree (in prompt)", true)],
  ["visible_elements_id_css_map", row("json", "steps", "Element CSS map", true)],
  ["visible_elements_id_frame_map", row("json", "steps", "Element frame map", true)],
  ["visible_elements_id_xpath_map", row("json", "steps", "Element XPath map", true)],
  ["hashed_href_map", row("json", "steps", "Link map", true)],
  ["html", row("html", "steps", "Page HTML", true)],
  ["html_scrape", row("html", "steps", "Page HTML (scraped)", true)],
  ["html_action", row("html", "steps", "Page HTML (action)", true)],
  ["trace", row("zip", "network", "Trace", false)],
  ["har", row("har", "network", "HAR", true)],
  ["script_file", row(null, "code", "Script file", true)],
  ["pdf", row("pdf", "other", "PDF", false)],
  ["download", row(null, "downloads", "Downloaded file", false)],
  ["step_archive", row("zip", "other", "Step archive", false)],
  ["task_archive", row("zip", "other", "Task archive", false)],
]);

/** The row of a type; an unknown type gets one that keeps it: folder `other/`, stored as it is. */
export function artifactType(type: string): ArtifactType {
  return (
    TYPES.get(type) ?? { extension: null, folder: "other", label: type.replaceAll("_", " "), text: false }
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
