import * as z from "zod/mini";
import { type ExportChoice, PRESETS, type PresetId } from "../bundle/presets";
import { parseApiAddress } from "./api-address";

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

const Managed = z.object({
  apiAddress: z.catch(z.string(), ""),
  shareSafe: z.catch(z.boolean(), false),
  presets: z.catch(z.array(z.unknown()), []),
});

/** @param value what the browser hands over: checked by its schema in some browsers, in others not */
export function policyIn(value: unknown): Policy {
  const { apiAddress, shareSafe, presets } = Managed.parse(
    typeof value === "object" && value !== null ? value : {},
  );
  const known = PRESETS.map(({ id }) => id).filter((id) => presets.includes(id));
  return {
    apiAddress: parseApiAddress(apiAddress),
    shareSafe,
    presets: known.length > 0 ? known : null,
  };
}

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
