import { launchRunpack, type Runpack } from "../tests/e2e/harness";
import { type PracticeServer, startPracticeServer } from "../tests/practice/server";

/** The practice server and a Chromium on it, with the production build and a stored key. */
export interface PracticeSession {
  server: PracticeServer;
  runpack: Runpack;
  close(): Promise<void>;
}

export async function startPractice(options: {
  headed?: boolean;
  downloads?: string;
}): Promise<PracticeSession> {
  const server = await startPracticeServer();
  try {
    const runpack = await launchRunpack(server, options);
    await runpack.saveKey(server.apiKey);
    return {
      server,
      runpack,
      async close() {
        await runpack.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Ends the script with the error's words for people. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
