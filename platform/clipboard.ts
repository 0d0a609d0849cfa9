import { browser } from "wxt/browser";

const PERMISSION = { permissions: ["clipboardRead" as const] };

/** What was copied last, where the browser lets us read it without asking; null otherwise. */
export async function copiedText(): Promise<string | null> {
  try {
    return (await mayRead()) ? await navigator.clipboard.readText() : null;
  } catch {
    // Not in front, nothing to read as text, or refused after all: it was an offer only.
    return null;
  }
}

/** The same after a click of the user, who may be asked for the permission. @returns null where it isn't given */
export async function pastedText(): Promise<string | null> {
  try {
    // First of all: the browser takes the click for a consent only while it is fresh.
    if (!(await browser.permissions.request(PERMISSION))) return null;
    return await navigator.clipboard.readText();
  } catch {
    return null;
  }
}

async function mayRead(): Promise<boolean> {
  if (await browser.permissions.contains(PERMISSION)) return true;
  // Chromium's own permission for a page, which users give beside ours; Firefox doesn't know the name.
  const name = "clipboard-read" as PermissionName;
  return (await navigator.permissions.query({ name })).state === "granted";
}

/** Puts a text into the clipboard, for a page that nobody sees: the newer API wants one in front. */
export function copyText(text: string): void {
  const box = document.createElement("textarea");
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}
