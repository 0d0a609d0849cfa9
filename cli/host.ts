import { join } from "node:path";
import { Connections } from "@/core/bundle/connections";
import { Activity } from "@/core/bundle/fetch-context";
import type { Access } from "@/core/skyvern/client";
import { readAccess } from "./access";
import type { Context } from "./command";
import type { Destination } from "./destination";
import type { ExportHost } from "./export-bundle";
import { UsageError } from "./failure";
import { FolderDestination } from "./folder-destination";
import type { Given, Options } from "./options";
import { LocalPause, politeFetch, type SharedPause } from "./polite-fetch";
import { heedProxy } from "./proxy";

export const HOST_OPTIONS: Options = {
  out: { value: "DIR", help: "Where bundles go: a folder, or s3://BUCKET/PREFIX" },
  work: { value: "DIR", help: "Where unfinished exports are; default: .runpack in the folder of --out" },
  "storage-host": { value: "ORIGIN", many: true, help: "Another origin that files may be fetched from" },
  patience: { value: "MINUTES", help: "How long to wait for a Skyvern that can't be reached; default 30" },
  json: { help: "JSON lines, on a terminal too" },
};

const WORK_FOLDER = ".runpack";
const MINUTE_MS = 60_000;

/** All that exports of a command share. @throws UsageError; RunpackError no-key */
export async function openHost(
  given: Given,
  { environment, signal }: Context,
  pauseFor: (access: Access) => Promise<SharedPause> = async () => new LocalPause(),
): Promise<ExportHost> {
  const access = await readAccess(given, environment);
  await heedProxy(environment);
  const destination = await openDestination(given, environment);
  const minutes = given.number("patience", { least: 0, most: 10_000, otherwise: 30 });
  const fetcher: typeof fetch = (...asked) => fetch(...asked);
  return {
    access,
    fetcher: politeFetch(fetcher, await pauseFor(access), new URL(access.apiAddress).origin),
    signal,
    activity: new Activity(),
    connections: new Connections(),
    destination,
    workFolder: workFolder(given, destination),
    storageOrigins: new Set(given.all("storage-host").map(originOf)),
    patienceMs: minutes * MINUTE_MS,
  };
}

/** @throws UsageError */
export async function openDestination(given: Given, environment: NodeJS.ProcessEnv): Promise<Destination> {
  const out = given.needed("out", "the folder that bundles go to");
  if (!out.startsWith("s3:")) return new FolderDestination(out);
  const { bucketDestination } = await import("./bucket-destination");
  return bucketDestination(out, environment);
}

function workFolder(given: Given, destination: Destination): string {
  const asked = given.text("work");
  if (asked !== undefined) return asked;
  if (destination instanceof FolderDestination) return join(destination.address, WORK_FOLDER);
  throw new UsageError("--work is needed with a bucket: a folder for unfinished exports.");
}

function originOf(text: string): string {
  if (!URL.canParse(text))
    throw new UsageError(`--storage-host takes an origin such as https://host, not "${text}".`);
  return new URL(text).origin;
}
