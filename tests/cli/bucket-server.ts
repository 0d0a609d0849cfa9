import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";

export const BUCKET = "evidence";
const KEY = "S3RVER";

/** A server of the S3 protocol of the test's own, with one bucket. */
export interface BucketServer {
  port: number;
  /** What the AWS tools read. @param url another address that leads to it */
  environment(url?: string): NodeJS.ProcessEnv;
  keys(): Promise<string[]>;
  read(key: string): Promise<Uint8Array>;
  write(key: string, text: string): Promise<void>;
  close(): Promise<void>;
}

export async function startBucketServer(directory: string): Promise<BucketServer> {
  const configureBuckets = [{ name: BUCKET, configs: [] }];
  const store = new S3rver({ port: 0, address: "127.0.0.1", silent: true, directory, configureBuckets });
  const { port } = await store.run();
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: KEY, secretAccessKey: KEY };
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  return {
    port,
    environment: (url = endpoint) => ({
      AWS_ENDPOINT_URL_S3: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: KEY,
      NODE_NO_WARNINGS: "1",
    }),
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      return Contents.map(({ Key = "" }) => Key).sort();
    },
    async read(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    async write(key, text) {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: text }));
    },
    async close() {
      client.destroy();
      await store.close();
    },
  };
}
