import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PostgreSQL of the test's own (Debian's postgresql), on a socket alone. */
export interface PostgresServer {
  url: string;
  close(): void;
}

export function startPostgres(): PostgresServer {
  const folder = mkdtempSync(join(tmpdir(), "runpack-pg-"));
  const bin = newestBin();
  // It doesn't run as root.
  const asRoot = process.getuid?.() === 0;
  chmodSync(folder, 0o700);
  if (asRoot) execFileSync("chown", ["postgres", folder]);
  const run = (program: string, ...args: string[]) => {
    const command = [join(bin, program), "-D", join(folder, "data"), ...args];
    const [first = "", ...rest] = asRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
    execFileSync(first, rest, { stdio: "ignore", cwd: folder, timeout: 60_000 });
  };
  run("initdb", "--auth=trust", "--username=runpack", "--no-sync");
  run("pg_ctl", "-w", "-o", `-c listen_addresses='' -k ${folder} -F`, "-l", join(folder, "log"), "start");
  return {
    url: `postgres://runpack@/postgres?host=${encodeURIComponent(folder)}`,
    close() {
      run("pg_ctl", "-m", "immediate", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newestBin(): string {
  const root = "/usr/lib/postgresql";
  const [newest] = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return join(root, newest ?? "", "bin");
}
