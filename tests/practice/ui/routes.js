const RUN_TABS = ["overview", "output", "parameters", "recording", "code", "blocks"];
const TASK_TABS = ["actions", "recording", "parameters", "diagnostics"];
const isRun = (id) => /^(wr|tsk_v2|tsk)_[\w-]+$/.test(id ?? "");
const isTask = (id) => /^tsk_(?!v2_)/.test(id);

/**
 * What an address shows: `{view, …}`, or `{redirect}` to another. `studio` is the rollout flag: auto, on or off.
 */
export function routeOf(url, studio) {
  const [root, first, second, third, fourth] = url.pathname.split("/").filter(Boolean);
  const wr = url.searchParams.get("wr");
  const shared = {
    layout: url.searchParams.get("layout"),
    embed: url.searchParams.get("embed") === "true",
  };
  if (root === "workflows" && first?.startsWith("wpid_")) {
    return { redirect: url.pathname.replace("/workflows/", "/agents/") + url.search };
  }
  if (root === undefined || root === "history" || (root === "runs" && !first))
    return { view: "runs", ...shared };
  if (root === "tasks" && !first) return { view: "tasks", ...shared };
  if (root === "browser-session" && first)
    return { view: "session", sessionId: first, tab: second ?? "stream", ...shared };
  if ((root === "runs" || root === "tasks") && isRun(first)) {
    return runRoute(wr ?? first, second, `/${root}/${wr ?? first}`, { url, studio, shared });
  }
  if (root === "agents" && first)
    return agentRoute(first, [second, third, fourth], { wr, url, studio, shared });
  return { view: "missing", ...shared };
}

function runRoute(id, tab, base, { url, studio, shared }) {
  if (isTask(id)) {
    if (!TASK_TABS.includes(tab)) return { redirect: `${base}/actions${url.search}` };
    return { view: "task", id, tab, base, ...shared };
  }
  if (studio === "on") return { view: "studio", id, ...shared };
  if (!RUN_TABS.includes(tab)) return { redirect: `${base}/overview${url.search}` };
  return { view: "run", id, tab, base, ...shared };
}

function agentRoute(agentId, [second, third, fourth], { wr, url, studio, shared }) {
  if (second === "runs") return { view: "agent-runs", agentId, ...shared };
  if (second === "studio") {
    if (studio === "off") return { redirect: `/agents/${agentId}/edit${wr ? `?wr=${wr}` : ""}` };
    return { view: "studio", id: wr, agentId, ...shared };
  }
  if (second === "edit" || second === "build") return { view: "editor", agentId, ...shared };
  if (!isRun(second)) return { view: "missing", ...shared };
  if (fourth === "build" || fourth === "debug")
    return { view: "studio", id: wr ?? second, agentId, ...shared };
  if (studio === "on") return { redirect: `/runs/${second}?active=${third ?? "overview"}` };
  return runRoute(wr ?? second, third, `/agents/${agentId}/${second}`, { url, studio, shared });
}
