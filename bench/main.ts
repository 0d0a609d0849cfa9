/**
 * The product against what else there is: `npm run bench`. All takes hours; a part of it:
 * `npm run bench -- --work mixed --link 100mbit --runs 3 --only Runpack,fflate`. `--small` is for breakage, not for
 * time: one small work, once, and nothing is written.
 */

import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { findChromium } from "../scripts/browser";
import { startPracticeServer } from "../tests/practice/server";
import { type Contender, curlAndZip, peer, type Round, runpack, type Task } from "./contenders";
import { LINKS, type Link, openLink } from "./links";
import { addResults, type Figures, median, table } from "./results";
import { addWork, WORKS, type Work } from "./works";

const CONTENDERS: Contender[] = [
  runpack,
  curlAndZip,
  peer("floor"),
  peer("client-zip"),
  peer("zip.js"),
  peer("fflate"),
  peer("JSZip"),
];

const { values: asked } = parseArgs({
  options: {
    work: { type: "string" },
    link: { type: "string" },
    only: { type: "string" },
    runs: { type: "string", default: "5" },
    timeout: { type: "string", default: "300" },
    "no-memory": { type: "boolean", default: false },
    "no-write": { type: "boolean", default: false },
    small: { type: "boolean", default: false },
  },
});

/** Those named in a list with commas; all where there is no list. @throws Error for a name that nobody has */
function chosen<Each extends { name: string }>(all: Each[], list: string | undefined): Each[] {
  const names = list?.split(",");
  const unknown = names?.find((name) => !all.some((each) => each.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no ${unknown}; there are: ${all.map(({ name }) => name).join(", ")}`);
  return all.filter(({ name }) => names?.includes(name) ?? true);
}

function versionOf(program: string, ...args: string[]): string {
  return spawnSync(program, args, { encoding: "utf8" }).stdout.split("\n")[0]?.trim() ?? "";
}

function machine(): string {
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    versionOf(findChromium(), "--version").replace(/ (?:built|snap).*/, ""),
    `Node ${process.version}`,
    versionOf("curl", "--version").replace(/ \(.*/, ""),
  ].join("; ");
}

async function compete(work: Work, link: Link, contenders: Contender[]): Promise<Figures[]> {
  const server = await startPracticeServer();
  const run = addWork(server.world, work);
  const shaped = link.bitsPerSecond === null ? null : await openLink(link, server.port);
  const port = shaped?.port ?? server.port;
  const timeoutMs = Number(asked.timeout) * 1000;
  const rounds = new Map<Contender, Round[]>(contenders.map((each) => [each, []]));
  const failures = new Map<Contender, string>();
  const one = async (contender: Contender, watchMemory: boolean): Promise<void> => {
    if (failures.has(contender)) return;
    const task: Task = { server, port, run, watchMemory, timeoutMs };
    try {
      const round = await contender.export(task);
      rounds.get(contender)?.push(round);
      console.log(`${work.name} ${link.name} ${contender.name}: ${round.seconds.toFixed(2)} s`);
    } catch (error) {
      failures.set(contender, error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
      console.log(`${work.name} ${link.name} ${contender.name}: ${failures.get(contender)}`);
    }
  };
  try {
    for (let round = 0; round < Number(asked.runs); round++)
      for (const contender of contenders) await one(contender, false);
    if (!asked["no-memory"]) for (const contender of contenders) await one(contender, true);
  } finally {
    shaped?.close();
    await server.close();
  }
  return contenders.map((contender) => {
    const all = rounds.get(contender) ?? [];
    const timed = all.slice(0, Number(asked.runs));
    return {
      work: work.name,
      link: link.name,
      contender: contender.name,
      seconds: timed.map(({ seconds }) => seconds),
      cpuSeconds: median(timed.map(({ cpuSeconds }) => cpuSeconds)) || 0,
      bytesWritten: median(timed.map(({ bytesWritten }) => bytesWritten)) || 0,
      zipBytes: timed[0]?.zipBytes ?? 0,
      memory: all.find(({ memory }) => memory !== null)?.memory ?? null,
      failure: failures.get(contender) ?? null,
      measured: new Date().toISOString().slice(0, 10),
      machine: machine(),
      command: `npm run bench -- ${process.argv.slice(2).join(" ")}`.trim(),
    };
  });
}

async function bench(): Promise<void> {
  if (asked.small)
    Object.assign(asked, {
      work: "small",
      link: "loopback",
      runs: "1",
      "no-memory": true,
      "no-write": true,
      timeout: "60",
    });
  const works = chosen(WORKS, asked.work).filter(({ name }) => name !== "small" || asked.small);
  const links = chosen(LINKS, asked.link);
  const contenders = chosen(CONTENDERS, asked.only);
  for (const link of links) {
    for (const work of works) {
      const figures = await compete(work, link, contenders);
      const bytes = work.parts.reduce((sum, { count, bytesEach }) => sum + count * bytesEach, 0);
      console.log(`\n${work.what}; ${link.what}\n\n${table(figures, bytes)}\n`);
      if (!asked["no-write"]) addResults(figures);
      if (asked.small && figures.some(({ failure }) => failure !== null)) process.exitCode = 1;
    }
  }
}

bench().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
