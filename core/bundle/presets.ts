/** What an export takes along. One row a preset; the panel shows them in this order. */
export const PRESETS = [
  { id: "everything", label: "Everything", hint: "Every artifact and document of the run" },
  { id: "downloads", label: "Downloaded files", hint: "Only the files that the run downloaded" },
] as const;

export type PresetId = (typeof PRESETS)[number]["id"];

/** True for the ID of a preset that exists. */
export function isPresetId(value: unknown): value is PresetId {
  return PRESETS.some((preset) => preset.id === value);
}
