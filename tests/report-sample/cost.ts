import type { CDPSession, Page } from "@playwright/test";
import { z } from "zod";

/** What a page did until then, in milliseconds of its own thread's processor time: a busy machine adds none. */
export interface Cost {
  /** Script, style, layout, paint and all else. */
  tasks: number;
  script: number;
}

/** Opening a report until the first row of its timeline stands. */
export interface Opening extends Cost {
  /** By the clock, from the navigation's start. */
  shownAfter: number;
}

/** Scrolling a timeline through some frames. */
export interface Scrolling {
  /** Processor time of the page's thread, a frame. */
  tasks: number;
  /** Milliseconds between frames by the clock, sorted. */
  frames: number[];
  /** Elements of the page afterwards. */
  elements: number;
}

const FRAMES = 120;
/** The scale of each frame: ten rows or so. */
const STEP = 240;

/** Opens a report anew and goes to its timeline at once. */
export async function openingCost(page: Page): Promise<Opening> {
  const session = await meter(page);
  await page.addInitScript({ content: OPENING });
  const before = await costSoFar(session);
  await page.reload();
  await page.waitForFunction("window.shownAfter !== undefined");
  const after = await costSoFar(session);
  await session.detach();
  const shownAfter = z.number().parse(await page.evaluate("window.shownAfter"));
  return { shownAfter, ...since(before, after) };
}

/** Scrolls the timeline that a page shows. */
export async function scrollingCost(page: Page): Promise<Scrolling> {
  const session = await meter(page);
  const before = await costSoFar(session);
  const frames = z.array(z.number()).parse(await page.evaluate(SCROLLING));
  const { tasks } = since(before, await costSoFar(session));
  await session.detach();
  const elements = z.number().parse(await page.evaluate("document.querySelectorAll('*').length"));
  return { tasks: tasks / FRAMES, frames, elements };
}

async function meter(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return session;
}

async function costSoFar(session: CDPSession): Promise<Cost> {
  const { metrics } = await session.send("Performance.getMetrics");
  const milliseconds = (name: string) => (metrics.find((each) => each.name === name)?.value ?? 0) * 1000;
  return { tasks: milliseconds("TaskDuration"), script: milliseconds("ScriptDuration") };
}

/** A reload may start the count anew. */
function since(before: Cost, after: Cost): Cost {
  if (after.tasks < before.tasks) return after;
  return { tasks: after.tasks - before.tasks, script: after.script - before.script };
}

const SCROLLING = `new Promise((resolve) => {
  const list = document.querySelector("[role=listbox]");
  const frames = [];
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    list.scrollTop += ${STEP};
    if (frames.length < ${FRAMES}) requestAnimationFrame(next);
    else resolve(frames.sort((a, b) => a - b));
  };
  requestAnimationFrame(next);
})`;

/** Goes to the timeline as soon as there is one, and notes when its first row stands. */
const OPENING = `
  const look = () => {
    document.getElementById("tab-timeline")?.click();
    if (document.querySelector("[role=listbox] [role=option]")) window.shownAfter = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);`;
