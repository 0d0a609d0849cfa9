import type { ExportChoice, PresetId } from "../bundle/presets";

/** What an administrator has set for the user (`storage.managed`, public/policy.json). */
export interface Policy {
  /** The server that is the default; null: the user's own. */
  apiAddress: string | null;
  /** Every export is share-safe. */
  shareSafe: boolean;
  /** What may be exported, at least one; null: anything. */
  presets: PresetId[] | null;
}

export const NO_POLICY: Policy = { apiAddress: null, shareSafe: false, presets: null };

/** The choice as far as the policy allows it. */
export function lawful(choice: ExportChoice, { shareSafe, presets }: Policy): ExportChoice {
  const [first] = presets ?? [];
  const preset = first === undefined || presets?.includes(choice.preset) ? choice.preset : first;
  return {
    ...choice,
    preset,
    shareSafe: shareSafe || choice.shareSafe,
    // What can't be searched for secrets is what the policy is about.
    keep: shareSafe ? [] : choice.keep,
  };
}
