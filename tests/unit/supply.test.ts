import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import config from "../../wxt.config";

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(pathOf(path), "utf8");
const Package = z.object({
  license: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
});
const packageOf = (path: string) => Package.parse(JSON.parse(read(path)));
/** Licences that let us ship the code beside ours. */
const ALLOWED = ["MIT", "ISC", "MPL-2.0", "0BSD", "BSD-3-Clause", "Apache-2.0"];

describe("run-time dependencies", () => {
  const listed = new Map(
    read("docs/security.md")
      .split("\n")
      .flatMap((line): [string, string][] => {
        const [, names = "", licence = ""] = /^\| (`[^|]+`)\s*\| ([^|]+?)\s*\|/.exec(line) ?? [];
        return [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => [name, licence]);
      }),
  );

  it.each(Object.keys(packageOf("package.json").dependencies))("%s: listed with its licence", (name) => {
    const { license } = packageOf(`node_modules/${name}/package.json`);
    expect(listed.get(name)).toBe(license);
    expect(ALLOWED).toContain(license);
  });

  it("bring nothing along that has another licence", () => {
    const seen = new Set<string>();
    const walk = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const { license, dependencies } = packageOf(`node_modules/${name}/package.json`);
      expect([name, ALLOWED.includes(license ?? "")]).toEqual([name, true]);
      for (const inner of Object.keys(dependencies)) walk(inner);
    };
    for (const name of Object.keys(packageOf("package.json").dependencies)) walk(name);
  });
});

describe("permissions", () => {
  const readme = read("README.md");
  const { manifest } = config;
  const asked = z
    .object({ permissions: z.array(z.string()), host_permissions: z.array(z.string()) })
    .parse(
      typeof manifest === "function"
        ? manifest({ browser: "chrome", manifestVersion: 3, mode: "production", command: "build" })
        : manifest,
    );

  it.each(asked.permissions)("%s is justified in the README", (name) => {
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\`\\s+\\| \\w.{20,}`, "m"));
  });

  it.each(asked.host_permissions)("access to %s is justified in the README", (pattern) => {
    expect(readme).toContain(`access to \`${new URL(pattern.replace("/*", "/")).host}\``);
  });
});

describe("what a document promises", () => {
  it.each(["docs/security.md", "docs/reliability.md"])("%s names tests that are there", (path) => {
    const named = [...read(path).matchAll(/`((?:e2e|unit|cli)\/[^`]+)`/g)].map(([, name]) => `tests/${name}`);
    expect(named.length).toBeGreaterThan(10);
    const isThere = (name: string) =>
      ["", ".test.ts", ".spec.ts"].some((end) => existsSync(pathOf(name + end)));
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});
