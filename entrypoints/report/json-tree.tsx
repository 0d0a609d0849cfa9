import { useMemo, useState } from "preact/hooks";
import { parseExact, stringifyExact } from "@/core/skyvern/big-integers";
import { t, words } from "./words";

const ROWS_AT_ONCE = 100;
const OPEN_DEPTH = 1;

/** JSON as a tree to fold; what is no JSON stands as text. */
export function JsonTree({ text, open = OPEN_DEPTH }: { text: string; open?: number }) {
  const value = useMemo(() => parsed(text), [text]);
  if (value === undefined) return <pre class="text">{text}</pre>;
  return (
    <div class="json">
      <Node name={null} value={value} open={open} />
    </div>
  );
}

function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

function Node({ name, value, open }: { name: string | null; value: unknown; open: number }) {
  const label = name !== null && <span class="json-key">{name}: </span>;
  if (typeof value !== "object" || value === null)
    return (
      <div class="json-leaf">
        {label}
        <Leaf value={value} />
      </div>
    );
  return <Branch name={name} value={value} open={open} />;
}

function Branch({ name, value, open }: { name: string | null; value: object; open: number }) {
  const [isOpen, setOpen] = useState(open > 0);
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const entries = Object.entries(value);
  const [before, after] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return (
    <details
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>
        {name !== null && <span class="json-key">{name}: </span>}
        <span class="quiet">{`${before}${isOpen ? "" : `…${after}`} ${entries.length}`}</span>
      </summary>
      {isOpen && (
        <div class="json-inner">
          {entries.slice(0, shown).map(([key, each]) => (
            <Node key={key} name={key} value={each} open={open - 1} />
          ))}
          {entries.length > shown && (
            <button type="button" class="link" onClick={() => setShown(shown + ROWS_AT_ONCE * 10)}>
              {t("report_showMore", words.number(Math.min(entries.length - shown, ROWS_AT_ONCE * 10)))}
            </button>
          )}
        </div>
      )}
    </details>
  );
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value !== "string") return <span class="json-number">{String(value)}</span>;
  const exact = stringifyExact(value);
  // An integer past 2^53 travels as a marked text.
  const isText = exact.startsWith('"');
  return <span class={isText ? "json-text" : "json-number"}>{isText ? value : exact}</span>;
}
