/** File name endings of artifact types, as the server puts them into URIs. */
const EXTENSIONS: Record<string, string> = {
  recording: "webm",
  audio: "webm",
  session_replay: "mp4",
  eval_score: "json",
  eval_trajectory: "json",
  eval_rubrics: "json",
  browser_console_log: "log",
  browser_session_action_log: "json",
  skyvern_log: "log",
  skyvern_log_raw: "json",
  screenshot: "png",
  screenshot_llm: "png",
  screenshot_action: "png",
  screenshot_final: "png",
  screenshot_proxy: "png",
  llm_prompt: "txt",
  llm_request: "json",
  llm_response: "json",
  llm_response_parsed: "json",
  llm_response_rendered: "json",
  visible_elements_tree: "json",
  visible_elements_tree_trimmed: "json",
  visible_elements_tree_in_prompt: "txt",
  visible_elements_id_css_map: "json",
  visible_elements_id_frame_map: "json",
  visible_elements_id_xpath_map: "json",
  hashed_href_map: "json",
  html: "html",
  html_scrape: "html",
  html_action: "html",
  trace: "zip",
  har: "har",
  script_file: "py",
  pdf: "pdf",
  step_archive: "zip",
  task_archive: "zip",
};

/** The dozen types that the content call names; everything else it calls JSON. */
const NAMED: Record<string, string> = {
  recording: "video/webm",
  audio: "audio/webm",
  session_replay: "video/mp4",
  screenshot: "image/png",
  screenshot_llm: "image/png",
  screenshot_action: "image/png",
  screenshot_final: "image/png",
  screenshot_proxy: "image/png",
  llm_prompt: "text/plain",
  browser_console_log: "text/plain",
  skyvern_log: "text/plain",
  visible_elements_tree_in_prompt: "text/plain",
};

/** The ending of an artifact type's files, without the dot; `bin` for types the server doesn't know. */
export function extensionOf(artifactType: string): string {
  return EXTENSIONS[artifactType] ?? "bin";
}

/** What the server's types are: the filter of the list refuses others (422). */
export function isKnownType(artifactType: string): boolean {
  return artifactType === "download" || artifactType in EXTENSIONS;
}

/** The Content-Type of an artifact's content. */
export function contentTypeOf(artifactType: string, uri: string): string {
  if (artifactType === "recording" && uri.endsWith(".mp4")) return "video/mp4";
  return NAMED[artifactType] ?? "application/json";
}
