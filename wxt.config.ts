import { fileURLToPath } from "node:url";
import { defineConfig } from "wxt";

const LIGHT_PREACT = fileURLToPath(new URL("components/light-preact.ts", import.meta.url));
const LIGHT_CONTEXT = fileURLToPath(new URL("components/light-context.ts", import.meta.url));

export default defineConfig({
  manifestVersion: 3,
  modules: ["@wxt-dev/webextension-polyfill"],
  imports: false,
  hooks: {
    // A content script runs on every page of the site: the browser's own promises do there, without the polyfill,
    // and a renderer and a context that have what the buttons need.
    "vite:build:extendConfig": (entries, config) => {
      const inPages = ["page-tray", "run-list"];
      if (!entries.every(({ type, name }) => type === "content-script" || inPages.includes(name))) return;
      config.resolve = {
        ...config.resolve,
        alias: {
          ...config.resolve?.alias,
          "wxt/browser": "@wxt-dev/browser",
          "wxt/utils/content-script-context": LIGHT_CONTEXT,
          "preact/jsx-runtime": LIGHT_PREACT,
          preact: LIGHT_PREACT,
        },
      };
    },
  },
  vite: () => ({
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    build: { sourcemap: false },
  }),
  manifest: ({ browser }) => ({
    name: "__MSG_extensionName__",
    default_locale: "en",
    short_name: "Runpack",
    description: "__MSG_extensionDescription__",
    permissions: [
      "storage",
      "unlimitedStorage",
      "downloads",
      "contextMenus",
      "alarms",
      "notifications",
      "scripting",
      "activeTab",
      "clipboardWrite",
      ...(browser === "firefox" ? [] : ["offscreen", "sidePanel"]),
    ],
    optional_permissions: ["clipboardRead"],
    omnibox: { keyword: "sky" },
    commands: {
      _execute_action: { suggested_key: { default: "Alt+Shift+S" } },
      "export-run": {
        suggested_key: { default: "Alt+Shift+E" },
        description: "__MSG_command_exportRun__",
      },
      "open-side-panel": { description: "__MSG_menu_sidePanel__" },
    },
    host_permissions: ["https://app.skyvern.com/*", "https://api.skyvern.com/*"],
    optional_host_permissions: ["https://*/*", "http://*/*"],
    content_security_policy: {
      extension_pages:
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' https: http:; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types runpack",
    },
    ...(browser === "firefox"
      ? {
          browser_specific_settings: {
            gecko: {
              id: "runpack@runpack.example",
              strict_min_version: "140.0",
              data_collection_permissions: { required: ["none"] },
            },
            gecko_android: { strict_min_version: "142.0" },
          },
        }
      : // CSS light-dark(); older browsers say themselves that they need an update.
        { minimum_chrome_version: "123", storage: { managed_schema: "policy.json" } }),
  }),
});
