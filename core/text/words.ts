/**
 * The words of the surfaces, apart from the sentences that are made from numbers (job-text.ts). One object a
 * surface, so that a bundle takes along only its own; a translation replaces this module.
 */

/** Names that outside checks rely on are marked by their surface's tests; change them there as well. */
export const actionWords = {
  downloadAll: "Download all",
  downloadAllHint: "Download all: every file of this run, in a folder",
  exportBundle: "Export bundle",
  exportBundleHint: "Export bundle: the whole run as one ZIP",
  moreOptions: "More export options",
  whatToExport: "What to export",
  typesToExport: "Types to export",
  shareSafe: "Share-safe",
  shareSafeHint: "Takes the secrets that can be found out of all texts",
  keep: "Take along all the same (can't be searched)",
  separateRuns: (runs: string) => `With ${runs} that this run started, in folders of their own`,
  preview: "Preview run",
  counting: "Counting files…",
  unsized: (files: string) => `(size of ${files} not known yet)`,
  unsafe: (files: string) => `Share-safe leaves out ${files} that can't be searched`,
  space: (needed: string, free: string) => `Needs ${needed} of disk space, ${free} are free`,
  export: "Export",
  close: "Close",
  noKey:
    "Runpack needs your Skyvern API key. Its options page has opened in a new tab; the export goes on once the key is saved.",
  outdated: "Runpack was updated. Reload this page to export.",
  noAnswer: "Runpack didn't answer. Try again, and reload the page if that doesn't help.",
  noRun: "There is no run on this page to export.",
} as const;

export const jobWords = {
  cancel: "Cancel",
  pause: "Pause",
  resume: "Resume",
  tryAgain: "Try again",
  showInFolder: "Show in folder",
  dismiss: "Dismiss",
  notShown: "The file is no longer where it was saved.",
  progress: "Export progress",
  gaps: "Missing files",
  proven: "Proven whole:",
} as const;

export const optionsWords = {
  title: "Runpack for Skyvern",
  intro:
    "Runpack saves everything that Skyvern keeps of a run. It reads your runs through Skyvern's API, with your own API key.",
  failed: "Runpack couldn't save the settings. Try again.",
  exports: "Exports",
  nameTemplate: "Name of bundles and folders",
  nameTemplateHint:
    "{title}, {runId}, {status}, {workflowId} and {date:yyyy-MM-dd} are filled in. {runId} has to be in it.",
  shareWords: "Words that share-safe exports must not hold",
  shareWordsHint: "One a line: names, account numbers, project names. They stay in this browser.",
  savePreferences: "Save",
  saved: "Saved.",
  wordTooShort: (word: string) => `"${word}" is too short: it would take half of every text with it.`,
  privacy: "Where your key goes",
  privacyText:
    "Each key stays in this browser. It is sent to its own server's API address and nowhere else, it is never written into an export, and no web page can read it.",
  unofficial: "Unofficial: not made, endorsed or supported by Skyvern.",
} as const;

/** The servers on the options page. */
export const serverWords = {
  servers: "Servers",
  noKeyYet: "No key yet",
  isDefault: "default",
  makeDefault: "Make default",
  defaultHint: "Run IDs without a link are looked up on the default server.",
  addServer: "Add a server",
  newServer: "A new server",
  apiKey: "API key",
  apiKeyWhere: "You find it in Skyvern under",
  apiKeyPlace: "Settings → API key",
  reveal: "Show key",
  conceal: "Hide key",
  apiAddress: "API address",
  apiAddressHint:
    "Skyvern Cloud is https://api.skyvern.com. Your own server's is often http://localhost:8000; saving another address adds a server.",
  uiAddress: "Address of the web page",
  uiAddressHint: "Where you open Skyvern in the browser. Several addresses with spaces between.",
  sessionOnly: "Forget the key when the browser is closed",
  saveAndTest: "Save and test",
  testing: "Testing…",
  removeKey: "Remove key",
  removed: "The key is removed from this browser.",
  removeServer: "Remove server",
  serverRemoved: (name: string) => `${name} is removed, with its key.`,
  connected: "Connected",
  connectedTo: (organization: string) => `Connected to ${organization}`,
  failed: "Runpack couldn't save the settings. Try again.",
  keyNeeded: "Enter your API key. You find it in Skyvern under Settings.",
  keyOfAnother: (address: string) =>
    `The stored key belongs to ${address} and goes nowhere else. Enter the key of the new server.`,
  keyCharacters: "An API key has no spaces or special characters.",
  keyRefused: (address: string) => `${address} refused this API key. Copy it again from Skyvern's settings.`,
  noApiAddress: (typed: string) =>
    /^http:/i.test(typed)
      ? "A key must not travel in clear: beyond this computer and private networks, the address begins with https://."
      : "That is no API address. It looks like https://api.skyvern.com or http://localhost:8000.",
  noUiAddress: "That is no web address. It looks like http://localhost:8080.",
  notPermitted: (origin: string) =>
    `Runpack may not reach ${origin} yet. Press Save and test again, and allow it when the browser asks.`,
  permissionGone:
    "Runpack may not reach this server any more. Press Save and test, and allow it when the browser asks.",
  noAnswerFrom: (address: string) =>
    `${address} did not answer within 20 seconds. Check your connection and the address.`,
} as const;

export const popupWords = {
  title: "Runpack",
  runIdOrLink: "Run ID or link",
  runIdExample: "wr_… or a link to a run",
  lookUp: "Look up",
  lookingUp: "Looking up…",
  noId: "There is no run ID in that. It looks like wr_123… or tsk_123….",
  noKey: "Add your Skyvern API key first.",
  noAnswer: "Runpack didn't answer. Try again.",
  options: "Options",
  openOptions: "Open options",
  untitled: "Untitled run",
  noArtifacts: "No artifacts yet",
  jobs: "Exports",
  noJobs: "Nothing exported yet. Open a run in Skyvern, or paste its ID above.",
} as const;

/** The index page of a bundle of several runs. */
export const indexWords = {
  summary: (files: string, bytes: string, exportedAt: string, version: string) =>
    `${files}, ${bytes}. Exported ${exportedAt} by Runpack for Skyvern ${version} (unofficial). The same as a table: runs.csv`,
  lost: (runs: string) => `Not complete: ${runs} could not be exported at all.`,
  lacking: (runs: string) => `Not complete: ${runs} with missing files. The reports name them.`,
  notExported: (reason: string) => `Not exported: ${reason}`,
  columns: ["Run", "Status", "Started", "Duration", "Files", "Size", "Missing"],
} as const;

/** Exports of several runs. */
export const batchWords = {
  wholeRuns: "Whole runs that could not be exported",
} as const;
