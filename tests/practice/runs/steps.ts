import type { Artifact, TimelineNode } from "../world";
import type { RunBuilder } from "./builder";
import { ACTIONS, elements, html, type Scene, screenshot } from "./captures";
import type { Member, Step } from "./spec";

/** How a step's artifacts are kept: as rows of their own, or as members of an archive packed in this way. */
export type Keeping = "loose" | "stored" | "deflated" | "mixed";

const GOALS: Record<Scene, string> = {
  "sign-in": "Sign in with the given credentials. You are done when the list of invoices is shown.",
  list: "Check that the list of invoices is shown.",
  january: "Open the invoice of January 2026 and download its PDF.",
  march: "Open the invoice of March 2026 and download its PDF.",
  summary: "Read the invoices' months, states and net amounts from the list.",
};

/** Everything that one step leaves: what the model saw, was asked and said, and the page before and after. */
export function stepMembers(scene: Scene, remark: string): Member[] {
  const seen = elements(scene, remark);
  const prompt = `Identify actions that help the user progress towards the goal.\n\nGoal: ${GOALS[scene]}\n\nElements:\n${seen.prompt}`;
  const parsed = {
    user_goal_stage: "in progress",
    actions: Array.from({ length: ACTIONS[scene] }, (_, index) => ({
      action_type: "CLICK",
      id: `A00${index + 3}`,
      reasoning: `The element leads on: ${GOALS[scene]}`,
      confidence_float: 0.9,
    })),
    remark,
  };
  const response = {
    id: `chatcmpl-${remark.replace(/\W+/g, "-")}`,
    model: "practice-model",
    choices: [
      { message: { role: "assistant", content: `\`\`\`json\n${JSON.stringify(parsed, null, 2)}\n\`\`\`` } },
    ],
    usage: { prompt_tokens: 4211, completion_tokens: 187 },
  };
  const request = { model: "practice-model", messages: [{ role: "user", content: prompt }], temperature: 0 };
  const text = (type: string, key: string, value: string): Member => ({
    type,
    key,
    bytes: Buffer.from(value),
  });
  const json = (type: string, value: unknown): Member =>
    text(type, `${type}.json`, JSON.stringify(value, null, 2));
  return [
    {
      type: "screenshot_llm",
      key: "screenshot_llm_0.png",
      bytes: screenshot(scene, "llm", `${remark}, llm`),
    },
    text("visible_elements_tree", "visible_elements_tree.json", seen.tree),
    text("visible_elements_tree_trimmed", "visible_elements_tree_trimmed.json", seen.trimmed),
    text("visible_elements_tree_in_prompt", "visible_elements_tree_in_prompt.txt", seen.prompt),
    text("visible_elements_id_css_map", "visible_elements_id_css_map.json", seen.css),
    text("visible_elements_id_frame_map", "visible_elements_id_frame_map.json", seen.frames),
    text("visible_elements_id_xpath_map", "visible_elements_id_xpath_map.json", seen.xpath),
    text("hashed_href_map", "hashed_href_map.json", seen.hrefs),
    { type: "html_scrape", key: "html_scrape.html", bytes: html(scene, "scrape", remark) },
    text("llm_prompt", "llm_prompt.txt", prompt),
    json("llm_request", request),
    json("llm_response", response),
    json("llm_response_parsed", parsed),
    ...Array.from({ length: ACTIONS[scene] }, (_, index) => ({
      type: "screenshot_action",
      key: `screenshot_action_${index}.png`,
      bytes: screenshot(scene, `action-${index + 1}`, `${remark}, action ${index + 1}`),
    })),
    { type: "html_action", key: "html_action.html", bytes: html(scene, "action", remark) },
  ];
}

/** Runs one step of a task: its artifacts, kept as asked, and its actions in block and task. */
export function playStep(
  builder: RunBuilder,
  taskId: string,
  scene: Scene,
  keeping: Keeping,
  block?: TimelineNode,
): Step {
  const step = builder.step(taskId, block);
  const members = stepMembers(scene, `${builder.spec.id}, step ${step.id}`);
  const rows =
    keeping === "loose"
      ? members.map(({ type, bytes }) => builder.artifact(type, bytes, { step }))
      : builder.archive(
          members.map((member) => ({ ...member, method: packing(member, keeping) })),
          { step },
        );
  const shots = rows.filter(({ row }) => row.artifact_type === "screenshot_action");
  for (const [index, shot] of shots.entries()) recordAction(builder, step, shot, index, scene, block);
  return step;
}

function packing({ type }: Member, keeping: Keeping): "stored" | "deflated" {
  if (keeping !== "mixed") return keeping === "stored" ? "stored" : "deflated";
  return type.startsWith("screenshot") ? "stored" : "deflated";
}

function recordAction(
  builder: RunBuilder,
  step: Step,
  shot: Artifact,
  index: number,
  scene: Scene,
  block?: TimelineNode,
): void {
  const fields = {
    type: scene === "sign-in" ? "input_text" : "click",
    reasoning: `Action ${index + 1}: ${GOALS[scene]}`,
    screenshotId: shot.row.artifact_id,
  };
  builder.action(step, fields, block);
}

/** A few loose artifacts of a step: enough for runs that are about something else. */
export function shortStep(builder: RunBuilder, taskId: string, scene: Scene, block?: TimelineNode): Step {
  const step = builder.step(taskId, block);
  const wanted = new Set([
    "screenshot_llm",
    "llm_prompt",
    "llm_response_parsed",
    "html_scrape",
    "screenshot_action",
  ]);
  for (const { type, bytes } of stepMembers(scene, `${builder.spec.id}, step ${step.id}`)) {
    if (!wanted.has(type)) continue;
    const artifact = builder.artifact(type, bytes, { step });
    if (type === "screenshot_action") recordAction(builder, step, artifact, 0, scene, block);
  }
  return step;
}

/** A block with a task and one short step. */
export function shortBlock(
  builder: RunBuilder,
  label: string,
  scene: Scene,
  parent?: TimelineNode,
): TimelineNode {
  const block = builder.block({ label, block_type: "navigation", navigation_goal: GOALS[scene] }, parent);
  shortStep(builder, builder.task(builder.newId("tsk"), GOALS[scene], block), scene, block);
  return block;
}

/** What every run leaves at its end, beside its steps. */
export function runFiles(builder: RunBuilder): void {
  builder.artifact("skyvern_log", Buffer.from(skyvernLog(builder.spec.id)));
  builder.artifact("screenshot_final", screenshot("summary", "action-1", `${builder.spec.id}, final`));
}

/** A log in the agent's own words. */
export function skyvernLog(runId: string): string {
  const lines = [
    "Starting workflow run",
    "Browser is ready",
    "Block completed",
    "Files uploaded",
    "Run completed",
  ];
  return lines
    .map((line, index) => `2026-02-16T09:00:0${index}.000000Z [info] ${line} workflow_run_id=${runId}\n`)
    .join("");
}
