import type { TemplateProblem } from "../bundle/name-template";
import type { Words } from "./words";

/** What is wrong with a name template, in words. */
export function templateProblemText({ t }: Words, problem: TemplateProblem): string {
  switch (problem.code) {
    case "no-run-id":
      return t("options_nameNeedsRunId");
    case "open-brace":
      return t("options_nameOpenBrace");
    case "unknown-field":
      return t("options_nameUnknownField", inBraces(problem.field), problem.fields.map(inBraces).join(", "));
  }
}

function inBraces(name: string): string {
  return `{${name}}`;
}
