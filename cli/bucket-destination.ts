import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Upload } from "@aws-sdk/lib-storage";
import { RunpackError } from "@/core/skyvern/errors";
import { type Destination, names } from "./destination";
import { UsageError } from "./failure";
import { optionalPackage } from "./optional-package";
import type { ZipFile } from "./zip-file";

const MEGABYTE = 1024 * 1024;
/** Parts under way are in memory; a server takes 10,000 of them. */
const PARTS_AT_ONCE = 3;
const LEAST_PART = 8 * MEGABYTE;
const MOST_PARTS = 9000;
/** The name is taken; another took it in the same moment. */
const TAKEN = new Set([412, 409]);

type Packages = typeof import("@aws-sdk/client-s3") & typeof import("@aws-sdk/lib-storage");

/**
 * A bucket of S3 or of anything that speaks its protocol. Keys, region and endpoint are those of the AWS tools:
 * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`, or a profile.
 * @param address `s3://bucket/prefix`
 * @throws UsageError
 */
export async function bucketDestination(
  address: string,
  environment: NodeJS.ProcessEnv,
): Promise<Destination> {
  const [, bucket, prefix = ""] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(address) ?? [];
  if (bucket === undefined)
    throw new UsageError(`"${address}" is no bucket: it looks like s3://bucket/prefix.`);
  const packages = await optionalPackage("@aws-sdk/client-s3 @aws-sdk/lib-storage", async () => ({
    ...(await import("@aws-sdk/client-s3")),
    ...(await import("@aws-sdk/lib-storage")),
  }));
  // Only S3 itself has a host name for each bucket.
  const forcePathStyle = Boolean(environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL);
  const client = new packages.S3Client({ forcePathStyle });
  return new BucketDestination(
    address,
    bucket,
    prefix.replace(/\/?$/, "/").replace(/^\/+/, ""),
    client,
    packages,
  );
}

class BucketDestination implements Destination {
  constructor(
    readonly address: string,
    private readonly bucket: string,
    private readonly prefix: string,
    private readonly client: S3Client,
    private readonly packages: Packages,
  ) {}

  async save(
    zip: ZipFile,
    name: string,
    signal: AbortSignal,
    onName: (saved: string) => Promise<void>,
  ): Promise<string> {
    for (const candidate of names(name)) {
      signal.throwIfAborted();
      if (await this.#head(candidate)) continue;
      await onName(candidate);
      if (await this.#upload(zip, candidate, signal)) return candidate;
    }
    throw new Error("No name was free.");
  }

  async has(saved: string, { bytes, sha256 }: Pick<ZipFile, "bytes" | "sha256">): Promise<boolean> {
    const found = await this.#head(saved);
    return found?.ContentLength === bytes && found.Metadata?.sha256 === sha256;
  }

  async remove(saved: string): Promise<void> {
    await this.client.send(
      new this.packages.DeleteObjectCommand({ Bucket: this.bucket, Key: this.#key(saved) }),
    );
  }

  async writeText(name: string, type: string, parts: AsyncIterable<string>): Promise<void> {
    const body = Readable.from(parts, { objectMode: false });
    await this.#start(name, body, LEAST_PART, { ContentType: type }).done();
  }

  async writtenAt(name: string): Promise<number | null> {
    return (await this.#head(name))?.LastModified?.getTime() ?? null;
  }

  /** @returns false where another took the name meanwhile */
  async #upload({ path, bytes, sha256 }: ZipFile, name: string, signal: AbortSignal): Promise<boolean> {
    const partSize = Math.max(LEAST_PART, Math.ceil(bytes / MOST_PARTS));
    const more = { ContentType: "application/zip", Metadata: { sha256 }, IfNoneMatch: "*" };
    const upload = this.#start(name, createReadStream(path), partSize, more);
    // What is there of it is taken away again.
    const stop = () => void upload.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      await upload.done();
    } catch (error) {
      signal.throwIfAborted();
      if (TAKEN.has(statusOf(error) ?? 0)) return false;
      throw refused(this.address, error);
    } finally {
      signal.removeEventListener("abort", stop);
    }
    const saved = await this.#head(name);
    if (saved?.ContentLength !== bytes)
      throw new Error(`The bucket has ${saved?.ContentLength ?? 0} of ${bytes} bytes of ${name}`);
    return true;
  }

  #start(
    name: string,
    body: Readable,
    partSize: number,
    more: Partial<ConstructorParameters<typeof Upload>[0]["params"]>,
  ) {
    const params = {
      Bucket: this.bucket,
      Key: this.#key(name),
      Body: body,
      ChecksumAlgorithm: "SHA256" as const,
      ...more,
    };
    return new this.packages.Upload({ client: this.client, params, partSize, queueSize: PARTS_AT_ONCE });
  }

  async #head(name: string) {
    try {
      return await this.client.send(
        new this.packages.HeadObjectCommand({ Bucket: this.bucket, Key: this.#key(name) }),
      );
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw refused(this.address, error);
    }
  }

  #key(name: string): string {
    return `${this.prefix === "/" ? "" : this.prefix}${name}`;
  }
}

function refused(address: string, error: unknown): RunpackError {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new RunpackError("save-failed", { detail: `${address}: ${why}` }, error);
}

function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("$metadata" in error)) return null;
  const { $metadata } = error;
  if (typeof $metadata !== "object" || $metadata === null || !("httpStatusCode" in $metadata)) return null;
  return typeof $metadata.httpStatusCode === "number" ? $metadata.httpStatusCode : null;
}
