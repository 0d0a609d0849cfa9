import type { Json, JsonObject } from "../json";
import type { ArtifactRow, Link, RunKind } from "../world";
import type { ZipEntry } from "../zip";

export interface RunSpec {
  id: string;
  kind?: RunKind;
  taskV2Id?: string;
  title: string | null;
  agentId?: string | null;
  status?: string;
  /** UTC, without a zone. */
  start?: string;
  failureReason?: string;
  output?: Json;
  parameters?: JsonObject;
  sessionId?: string;
  /** The first of the run's own IDs; every named run has 10,000. */
  firstId: bigint;
  /** Seconds between one thing and the next. */
  pace?: number;
}

export interface Step {
  id: string;
  taskId: string;
  blockId: string | null;
  order: number;
}

/** Where an artifact belongs, beside its run, and what deviates in its row. */
export interface Place {
  step?: Step;
  sessionId?: string | null;
  name?: string;
  link?: Link;
  row?: Partial<ArtifactRow>;
}

/** One member of an archive: its type, its entry's name and its bytes. */
export interface Member {
  type: string;
  key: string;
  bytes: Buffer;
  method?: ZipEntry["method"];
}
