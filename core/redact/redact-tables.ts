import { replaceValue, type Sink } from "./replace-value";
import { type SecretKind, sensitiveName } from "./sensitive-names";

/** The first line of a table with columns of secrets. */
const TABLE_HEAD = /^\ufeff?["\w .-]{1,60}(?:([,;\t])["\w .-]{1,60}){1,100}\r?\n/;

/** The first line of a table of which some column holds secrets; empty where the text is none. */
export function tableHead(text: string): string {
  return tableOf(text)?.head ?? "";
}

function tableOf(text: string): { head: string; sign: string; kinds: (SecretKind | null)[] } | null {
  const [head = "", sign] = TABLE_HEAD.exec(text) ?? [];
  if (sign === undefined) return null;
  const kinds = head.split(sign).map((cell) => sensitiveName(cell));
  return kinds.some((kind) => kind !== null) ? { head, sign, kinds } : null;
}

/** Columns whose heads name a secret: `user,password`. */
export function redactTable(text: string, sink: Sink): string {
  const table = tableOf(text);
  if (!table) return text;
  const { head, sign, kinds } = table;
  const lines = text
    .slice(head.length)
    .split("\n")
    .map((line) => {
      const ways = [cellsOf(line, sign), line.split(sign)];
      const cells = ways.find(({ length }) => length === kinds.length);
      if (!cells) return line;
      return cells
        .map((cell, index) => {
          const [, open = "", value = "", close = ""] = /(\s*"?)(.*?)("?\s*)$/s.exec(cell) ?? [];
          const kind = kinds[index];
          return kind && value.length >= 3 ? open + replaceValue(kind, value, "column", sink) + close : cell;
        })
        .join(sign);
    });
  return head + lines.join("\n");
}

/** A sign in quotes ends no cell: `"Meier, Bob",…`. */
function cellsOf(line: string, sign: string): string[] {
  const cells: string[] = [];
  let open = "";
  for (const piece of line.split(sign)) {
    const cell = open + piece;
    open = cell.split('"').length % 2 === 0 ? cell + sign : "";
    if (open === "") cells.push(cell);
  }
  return cells;
}
