/** Builds the command: `.output/cli/runpack.js` with the report page's code beside it. */
import { chmodSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type InlineConfig } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const finished = fileURLToPath(new URL("../.output/cli", import.meta.url));
/** Two that build at once don't see each other's halves. */
const outDir = `${finished}.${process.pid}`;

/** The extension's own report page: there it is WXT that calls it. */
const REPORT_APP = "virtual:report-app";

const shared: InlineConfig = {
  root,
  configFile: false,
  logLevel: "error",
  publicDir: false,
  resolve: { alias: { "@": root.replace(/\/$/, "") } },
};

async function buildCommand(): Promise<void> {
  await build({
    ...shared,
    // What a bundler takes apart badly, or what a user installs only when it is needed, stays a package.
    ssr: { noExternal: ["zod", "hash-wasm", "@noble/hashes"], target: "node" },
    build: {
      ssr: "cli/main.ts",
      outDir,
      emptyOutDir: false,
      target: "node20",
      rollupOptions: {
        output: {
          entryFileNames: "runpack.js",
          chunkFileNames: "[name]-[hash].js",
          banner: "#!/usr/bin/env node",
        },
      },
    },
  });
}

async function buildReportApp(): Promise<void> {
  await build({
    ...shared,
    plugins: [
      {
        name: "report-app",
        resolveId: (id) => (id.endsWith(REPORT_APP) ? REPORT_APP : undefined),
        load: (id) =>
          id === REPORT_APP ? 'import app from "@/entrypoints/report-app"; void app.main();' : undefined,
      },
    ],
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      outDir,
      emptyOutDir: false,
      lib: { entry: REPORT_APP, formats: ["iife"], name: "report", fileName: () => "report-app.js" },
    },
  });
  await build({
    ...shared,
    build: {
      outDir,
      emptyOutDir: false,
      rollupOptions: { input: "entrypoints/report-look.css", output: { assetFileNames: "[name][extname]" } },
    },
  });
}

await buildCommand();
await buildReportApp();
chmodSync(`${outDir}/runpack.js`, 0o755);
rmSync(finished, { recursive: true, force: true });
renameSync(outDir, finished);
