import { spawnSync } from "node:child_process";

const run = (command: string[]) => {
  const [program = "", ...rest] = command;
  return spawnSync(program, rest, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeout: 600_000,
  });
};

/** True where the program is on PATH. */
export function hasProgram(name: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" }).status === 0;
}

let listsAreFresh = false;

/** Installs Debian or Ubuntu packages, as root or by a sudo that asks nothing. @returns whether it could */
export function installPackages(names: string[]): boolean {
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!hasProgram("apt-get") || (sudo.length > 0 && !hasProgram("sudo"))) return false;
  const install = [...sudo, "apt-get", "install", "-y", "--no-install-recommends", ...names];
  if (!listsAreFresh) {
    listsAreFresh = true;
    run([...sudo, "apt-get", "update", "-q"]);
  }
  return run(install).status === 0;
}
