import { firstBytes, MAX_NAME_BYTES, safeName, slug } from "./names";

/** What a bundle's or folder's name may be made of (design.md §3). */
export interface NameParts {
  title: string | null;
  runId: string;
  status: string | null;
  workflowId: string | null;
  /** Milliseconds since the epoch: when the run began, else when it was exported. */
  date: number;
}

export const DEFAULT_NAME_TEMPLATE = "{title}_{runId}";
const FIELD = /\{([A-Za-z]+)(?::([^{}]*))?\}/g;
const DATE_PART = /yyyy|MM|dd|HH|mm|ss/g;

/** What is wrong with a template. */
export type TemplateProblem =
  | { code: "no-run-id" }
  | { code: "unknown-field"; field: string; fields: string[] }
  | { code: "open-brace" };

/** What is wrong with a template; null where nothing is. */
export function templateProblem(template: string): TemplateProblem | null {
  if (!template.includes("{runId}")) return { code: "no-run-id" };
  const unknown = [...template.matchAll(FIELD)]
    .map(([, name]) => name ?? "")
    .find((name) => !(name in FIELDS));
  if (unknown !== undefined) return { code: "unknown-field", field: unknown, fields: Object.keys(FIELDS) };
  return /[{}]/.test(template.replace(FIELD, "")) ? { code: "open-brace" } : null;
}

/**
 * The name of a bundle or folder, without extension; safe on every disk. The run ID is never cut; a template that
 * lost its sense gives the default.
 */
export function exportName(template: string, parts: NameParts): string {
  const used = templateProblem(template) === null ? template : DEFAULT_NAME_TEMPLATE;
  const id = safeName(parts.runId, "unknown");
  const filled = used.replace(
    FIELD,
    (_, name: string, format: string | undefined) => FIELDS[name]?.({ ...parts, runId: id }, format) ?? "",
  );
  const name = safeName(filled, "run");
  if (name.includes(id) && bytesOf(name) <= MAX_NAME_BYTES) return name;
  // Too long: the words give way, the ID stays.
  const room = MAX_NAME_BYTES - bytesOf(id) - 1;
  return `${firstBytes(filled.replace(id, ""), room).replace(/[-_. ]+$/, "") || "run"}_${id}`;
}

const FIELDS: Record<string, (parts: NameParts, format: string | undefined) => string> = {
  title: ({ title }) => slug(title ?? "") || "run",
  runId: ({ runId }) => runId,
  status: ({ status }) => slug(status ?? "") || "unknown",
  workflowId: ({ workflowId }) => safeName(workflowId ?? "", "none"),
  date: ({ date }, format) => dateText(date, format || "yyyy-MM-dd"),
};

/** In UTC, so that the same run has the same name everywhere. */
function dateText(date: number, format: string): string {
  const iso = new Date(date).toISOString();
  const parts: Record<string, string> = {
    yyyy: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
  };
  return format.replace(DATE_PART, (part) => parts[part] ?? part);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
