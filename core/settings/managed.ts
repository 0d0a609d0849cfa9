import * as z from "zod/mini";
import { PRESETS } from "../bundle/presets";
import { parseApiAddress } from "./api-address";
import type { Policy } from "./policy";

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
