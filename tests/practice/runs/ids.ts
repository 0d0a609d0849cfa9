/** IDs of the named runs: decimal numbers past 2^53, as the cloud makes them. */

/** The demo run: completed, three blocks, a loop, recorded data, most step artifacts in archives, two downloads. */
export const INVOICE = "wr_493285619334750001";
/** Failed, with a reason. */
export const FAILED = "wr_493285619334750002";
/** Running: its timeline grows at each read; `world.endRun` ends it. */
export const RUNNING = "wr_493285619334750003";
/** Names that want to leave their folder, reserved names, names that differ in case only, titles with HTML. */
export const HOSTILE = "wr_493285619334750004";
/** Artifacts that can't be had: one archived, one 404. One that can. */
export const GAPS = "wr_493285619334750005";
/** No artifacts at all; the documents are there. */
export const EMPTY = "wr_493285619334750007";
/** As a self-hosted server lists it: `file://`, `null`, unsigned and foreign URLs, whole archives for members. */
export const SELF_HOSTED = "wr_493285619334750008";
/** Every signature is past or forged when listed. */
export const EXPIRED = "wr_493285619334750009";
/** A task-v2 block that ran as a run of its own, and a workflow_trigger block that started a separate one. */
export const PARENT = "wr_493285619334750010";
/** The nested run of `PARENT`, part of it: a task v2, under its two IDs. */
export const NESTED = "wr_493285619334750011";
export const NESTED_TASK_V2 = "tsk_v2_493285619334752002";
/** The run that `PARENT` triggered: a run of its own. */
export const TRIGGERED = "wr_493285619334750012";
/** In a persistent browser session; the session's recording and download are not in the list. */
export const SESSION = "wr_493285619334750013";
export const SESSION_BROWSER = "pbs_493285619334753001";
/** Its session is still open: no recording yet. */
export const OPEN_SESSION = "wr_493285619334750014";
export const OPEN_SESSION_BROWSER = "pbs_493285619334753002";
/** A task v2, under the two IDs it has. */
export const TASK_V2_WR = "wr_493285619334750015";
export const TASK_V2 = "tsk_v2_493285619334752001";
/** Archives in every state: stored, deflated, a task's, an entry without a row, a shared key, a missing key. */
export const ARCHIVES = "wr_493285619334750016";
/** An older run: no run document, only the workflow run's. */
export const NO_DOCUMENT = "wr_493285619334750017";
/** Its agent is deleted: an empty action row on the page, no generated code. */
export const DELETED_AGENT = "wr_493285619334750018";
/** A plain task with two steps; its download is not in the list. */
export const TASK = "tsk_493285619334751001";
/** A task that ran inside `INVOICE`: `/v1/runs/{id}` is 404, `/api/v1/tasks/{id}` is not. */
export const TASK_IN_WORKFLOW = "tsk_493285619334751002";
/** Nobody's. */
export const UNKNOWN = "wr_493285619334759999";

export const INVOICE_AGENT = "wpid_493285619334760001";
export const OTHER_AGENT = "wpid_493285619334760002";
export const GONE_AGENT = "wpid_493285619334760003";
