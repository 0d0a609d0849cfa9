/** How bad a line of a log is. */
export type LogLevel = "error" | "warning" | "info" | "debug";

export interface LogLine {
  number: number;
  level: LogLevel;
  text: string;
}

const LEVELS: readonly (readonly [RegExp, LogLevel])[] = [
  [/\b(?:error|exception|fatal|critical|severe|uncaught)\b/i, "error"],
  [/\b(?:warn|warning)\b/i, "warning"],
  [/\b(?:debug|trace|verbose)\b/i, "debug"],
];
/** The level stands near the beginning; further on, words are the message's. */
const LEVEL_WITHIN = 120;

/** The lines of a log with their level, as far as the line tells one. */
export function logLines(log: string): LogLine[] {
  const lines = log.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((text, index) => ({ number: index + 1, level: levelOf(text), text }));
}

function levelOf(line: string): LogLevel {
  const start = line.slice(0, LEVEL_WITHIN);
  return LEVELS.find(([pattern]) => pattern.test(start))?.[1] ?? "info";
}
