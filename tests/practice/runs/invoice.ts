import { integer, urlOf } from "../json";
import { INVOICES } from "../record-site";
import type { Run, World } from "../world";
import { RunBuilder } from "./builder";
import { fixture } from "./captures";
import { INVOICE, INVOICE_AGENT, TASK_IN_WORKFLOW } from "./ids";
import { playStep, runFiles, skyvernLog } from "./steps";

const SCRIPT_ID = "s_493285619334770001";

const BLOCK_CODE: Record<string, string> = {
  sign_in: `@skyvern.cached(cache_key="sign_in")\nasync def sign_in(page, context):\n    await page.fill("#user", context.parameters["user"])\n    await page.fill("#password", context.parameters["password"])\n    await page.click("#sign-in")\n`,
  download_invoice: `@skyvern.cached(cache_key="download_invoice")\nasync def download_invoice(page, context):\n    await page.click(f'a[href="/invoices/{context.current_value}"]')\n    await page.click("#download")\n`,
  "Summarise / Übersicht": `@skyvern.cached(cache_key="summarise")\nasync def summarise(page, context):\n    return await page.extract("months, states and net amounts")\n`,
};

const MAIN_SCRIPT = `import skyvern\n\n${Object.values(BLOCK_CODE).join("\n\n")}`;

/** The demo run: signs in to the portal, downloads two invoices in a loop, reads the list. */
export function addInvoiceRun(world: World): Run {
  const builder = new RunBuilder(world, {
    id: INVOICE,
    title: "Invoice download / ACME: Q1",
    agentId: INVOICE_AGENT,
    firstId: 493285619334770001n,
    parameters: { user: "robot", months: ["2026-01", "2026-03"], account: integer("9007199254740993123") },
  });
  const signIn = builder.block({
    label: "sign_in",
    block_type: "login",
    navigation_goal: "Sign in to the supplier portal",
  });
  const signInTask = builder.task(TASK_IN_WORKFLOW, "Sign in to the supplier portal", signIn);
  playStep(builder, signInTask, "sign-in", "mixed", signIn);
  playStep(builder, signInTask, "list", "deflated", signIn);
  const [january, march] = downloadInvoices(builder);
  const summary = builder.block({
    label: "Summarise / Übersicht",
    block_type: "extraction",
    data_extraction_goal: "The invoices",
  });
  playStep(
    builder,
    builder.task(builder.newId("tsk"), "Read the invoices", summary),
    "summary",
    "loose",
    summary,
  );
  addRunFiles(builder);
  builder.spec.output = {
    invoices: 3,
    account: integer("9007199254740993123"),
    open: [{ month: "2026-03", net: 987.5, file: urlOf(march) }],
    january_pdf: urlOf(january),
  };
  if (summary.block)
    summary.block.output = { extracted_information: builder.spec.output, task_screenshots: [] };
  const run = builder.finish();
  if (run.document) run.document.script_run = { ai_fallback_triggered: false, script_id: SCRIPT_ID };
  world.scripts.set(INVOICE_AGENT, {
    blocks: BLOCK_CODE,
    main_script: MAIN_SCRIPT,
    script_id: SCRIPT_ID,
    version: 3,
  });
  return run;
}

/** The loop: two iterations, a file each. Gives the IDs of the downloads. */
function downloadInvoices(builder: RunBuilder): [string, string] {
  const values = ["2026-01", "2026-03"];
  const loop = builder.block({ label: "Each month", block_type: "for_loop", loop_values: values });
  const scenes = ["january", "march"] as const;
  const ids = scenes.map((scene, index) => {
    const value = values[index] ?? "";
    const block = builder.block(
      {
        label: "download_invoice",
        block_type: "file_download",
        current_value: value,
        current_index: index,
        downloaded_file_count: 1,
      },
      loop,
    );
    const goal = `Download the invoice of ${value}`;
    const step = playStep(
      builder,
      builder.task(builder.newId("tsk"), goal, block),
      scene,
      index === 0 ? "stored" : "mixed",
      block,
    );
    const name = INVOICES[index]?.file ?? `${value}.pdf`;
    const file = builder.download(name, fixture(`download-${index + 1}.pdf`), {
      row: { workflow_run_block_id: step.blockId },
    });
    if (block.block) block.block.output = { downloaded_file_urls: [urlOf(file.row.artifact_id)] };
    return file.row.artifact_id;
  });
  return [ids[0] ?? "", ids[1] ?? ""];
}

/** Recording, network, logs, code; with them an unknown type, an empty file and a stale size. */
function addRunFiles(builder: RunBuilder): void {
  const consoleLog = fixture("console.log");
  builder.artifact("recording", fixture("recording.webm"));
  builder.artifact("har", fixture("network.har"));
  builder.artifact("trace", fixture("trace.zip"));
  builder.artifact("browser_console_log", consoleLog, {
    row: { file_size: Math.floor(consoleLog.length / 3) },
  });
  const raw = skyvernLog(INVOICE).trimEnd().split("\n");
  builder.artifact("skyvern_log_raw", Buffer.from(JSON.stringify(raw.map((event) => ({ event })))));
  builder.artifact("script_file", Buffer.from(MAIN_SCRIPT), { name: "main.py" });
  builder.artifact(
    "agent_notes",
    Buffer.from("notes:\n  - the portal greets in English\n  - März is spelt out\n"),
    { name: "notes.yaml" },
  );
  builder.artifact("browser_session_action_log", { kind: "none" }, { row: { file_size: 0 } });
  runFiles(builder);
}
