import { apiTime, type RunDocument, type TaskDocument, type WorkflowRunDocument } from "../skyvern/schemas";

/** What the run's documents say about it in a word. Times are milliseconds since the epoch. */
export interface RunFacts {
  type: string | null;
  failureReason: string | null;
  failureCategory: string | null;
  createdAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  modifiedAt: number | null;
  /** The agent's permanent ID. */
  workflowId: string | null;
}

type AnyDocument = RunDocument | WorkflowRunDocument | TaskDocument;

/** The first document that tells a thing counts. */
export function runFacts(documents: readonly (AnyDocument | undefined)[]): RunFacts {
  const told = documents.filter((each) => each !== undefined);
  const text = (name: string) =>
    told
      .map((each) => each[name])
      .find((value): value is string => typeof value === "string" && value !== "") ?? null;
  const time = (name: "created_at" | "started_at" | "finished_at" | "modified_at") =>
    told.map((each) => apiTime(each[name])).find((value) => value !== null) ?? null;
  return {
    type: text("run_type"),
    failureReason: text("failure_reason"),
    failureCategory: categoryOf(told.map((each) => each.failure_category)),
    createdAt: time("created_at"),
    startedAt: time("started_at"),
    finishedAt: time("finished_at"),
    modifiedAt: time("modified_at"),
    workflowId: text("workflow_permanent_id"),
  };
}

/** A text, or a list of `{category}`. */
function categoryOf(values: readonly unknown[]): string | null {
  const names = values
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .map((value: unknown) =>
      typeof value === "object" && value !== null && "category" in value ? value.category : value,
    )
    .filter((value) => typeof value === "string" && value !== "");
  return names.length > 0 ? [...new Set(names)].join(", ") : null;
}
