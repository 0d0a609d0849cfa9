import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import * as z from "zod/mini";
import { isRunId } from "@/core/skyvern/ids";
import { fingerprintOf } from "../list-runs";
import type { RunJob } from "./run-queue";

/** A run's answer with all its output; more is no webhook of Skyvern's. */
const MOST_BYTES = 32 * 1024 * 1024;
const text = z.catch(z.nullable(z.optional(z.string())), null);
const Payload = z.looseObject({
  run_id: text,
  workflow_run_id: text,
  task_id: text,
  status: text,
  finished_at: text,
});

/** True where the signature is Skyvern's: hex HMAC-SHA256 of the body as it came, with the API key. */
export function isSigned(body: Uint8Array, signature: string | undefined, apiKey: string): boolean {
  const expected = createHmac("sha256", apiKey).update(body).digest();
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature ?? "") ? (signature ?? "") : "", "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The run that a webhook tells of; null where it names none. */
export function runOfWebhook(body: Uint8Array): RunJob | null {
  const payload = payloadIn(body);
  if (!payload) return null;
  const runId = [payload.run_id, payload.workflow_run_id, payload.task_id].find((id) => id && isRunId(id));
  if (!runId) return null;
  const { status, finished_at } = payload;
  return { runId, fingerprint: finished_at ? fingerprintOf(status, finished_at) : null };
}

function payloadIn(body: Uint8Array): z.infer<typeof Payload> | null {
  try {
    return Payload.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return null;
  }
}

/** The body as it came; null where it is too long. */
export async function rawBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
