/** Mozilla's own rules on the Firefox build, as its store applies them: `npm run lint:firefox`. */
import { spawnSync } from "node:child_process";
import { z } from "zod";

const Finding = z.object({ code: z.string(), message: z.string(), file: z.string().nullish() });
const Report = z.object({
  errors: z.array(Finding),
  warnings: z.array(Finding),
});

/** Preact's support of `dangerouslySetInnerHTML`, which nothing of ours uses; Trusted Types keep it from working. */
const EXPECTED = /^Unsafe assignment to innerHTML$/;

const { stdout, stderr } = spawnSync("npx", ["addons-linter", "--output=json", ".output/firefox-mv3"], {
  encoding: "utf8",
  maxBuffer: 2 ** 28,
});
try {
  const { errors, warnings } = Report.parse(JSON.parse(stdout));
  const findings = [...errors, ...warnings.filter(({ message }) => !EXPECTED.test(message))];
  for (const { code, message, file } of findings)
    console.error(`${code} in ${file ?? "the package"}: ${message}`);
  console.log(
    `${errors.length} errors, ${warnings.length} warnings, ${findings.length} of them to be mended`,
  );
  process.exitCode = findings.length === 0 ? 0 : 1;
} catch (error) {
  console.error("The linter did not run:", stderr || error);
  process.exitCode = 1;
}
