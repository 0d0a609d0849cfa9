import { runCommand } from "./run-command";

const GRACE_MS = 1000;

process.exitCode = await runCommand(process.argv.slice(2));
// What waits for a server that is away (a queue's Redis) would keep the process for ever.
setTimeout(() => process.exit(), GRACE_MS).unref();
