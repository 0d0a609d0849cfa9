import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Sides that stay where they are in a language that is written from right to left, each with its reason. */
const PHYSICAL = [
  // In the page's own corner, like its toasts: Skyvern's pages are written from left to right.
  "entrypoints/run-page.content/style.css right: 16px",
  "entrypoints/run-list/style.css right: 16px",
  // The middle is the same from both sides.
  "entrypoints/run-list/style.css left: 50%",
];

const SIDES = /^(?:left|right|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right).*)$/;
const CORNERS = /^border-(?:top|bottom)-(?:left|right)-radius$/;
const SIDED_VALUES = /^(?:text-align|float|clear|justify-content|justify-items|justify-self|caption-side)$/;
const FOUR_SIDES =
  /^(?:margin|padding|inset|border-width|border-color|border-style|scroll-margin|scroll-padding)$/;

it("styles say start and end, not left and right, so that they hold in both directions of writing", () => {
  const files = ["components", "entrypoints"].flatMap(stylesIn);
  expect(files.length).toBeGreaterThan(8);
  const found = files.flatMap((file) =>
    declarations(readFileSync(`${ROOT}/${file}`, "utf8"))
      .filter(([name, value]) => isPhysical(name, value))
      .map(([name, value]) => `${file} ${name}: ${value}`),
  );
  expect(found.toSorted()).toEqual(PHYSICAL.toSorted());
});

function isPhysical(name: string, value: string): boolean {
  if (SIDES.test(name) || CORNERS.test(name)) return true;
  if (SIDED_VALUES.test(name)) return /\b(?:left|right)\b/.test(value);
  if (!FOUR_SIDES.test(name)) return false;
  // Top, right, bottom, left: only the last can tell one side from the other.
  const [, right, , left] = value.replace(/\([^()]*\)/g, "()").split(/\s+/);
  return left !== undefined && left !== right;
}

function declarations(css: string): [name: string, value: string][] {
  return [...css.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/[{;]\s*([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])/g)].map(
    ([, name = "", value = ""]) => [name, value.trim()],
  );
}

function stylesIn(room: string): string[] {
  return readdirSync(`${ROOT}/${room}`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".css"))
    .map((path) => `${room}/${path}`);
}
