const settings = JSON.parse(document.getElementById("settings").textContent);

export const skeletonMs = settings.skeletonMs;
export const pollMs = settings.pollMs;

/** The rollout flag of the studio, for this browser or for everybody. */
export const studioFlag = () => localStorage.getItem("practice-studio") ?? settings.studio;

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A run as the signed-in session sees it; null for one nobody knows. */
export async function loadRun(id) {
  const answer = await fetch(`/__ui/run/${encodeURIComponent(id)}`);
  return answer.ok ? answer.json() : null;
}

export async function loadRuns(query = "") {
  return (await fetch(`/__ui/runs${query}`)).json();
}

export const isLive = (run) => ["created", "queued", "running", "paused"].includes(run.status);
