import type { ComponentChildren } from "preact";

/** Line icons on a 16 px grid, drawn for this extension; they take the colour of the text beside them. */
function Icon({ children, class: name = "icon" }: { children: ComponentChildren; class?: string }) {
  return (
    <svg class={name} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** A folder with an arrow into it. */
export function FolderIcon() {
  return (
    <Icon>
      <path d="M1.5 12.5v-9h4.4l1.6 2h7v7zM8 7.3v3.4M6.4 9.2 8 10.8l1.6-1.6" />
    </Icon>
  );
}

/** An open box with an arrow into it: the mark of the extension. */
export function BundleIcon({ class: name = "icon" }: { class?: string }) {
  return (
    <Icon class={name}>
      <path d="M8 1.5v6.6M5.5 5.8 8 8.3l2.5-2.5M4 6.5H2.5L1.5 9v5h13V9l-1-2.5H12M1.5 10.5h4l1 1.5h3l1-1.5h4" />
    </Icon>
  );
}

/** Sliders: there is more to choose. */
export function OptionsIcon({ class: name = "icon" }: { class?: string }) {
  return (
    <Icon class={name}>
      <path d="M1.5 4.5h7m4 0h2M1.5 11.5h2m4 0h7" />
      <circle cx="10.5" cy="4.5" r="1.9" />
      <circle cx="5.5" cy="11.5" r="1.9" />
    </Icon>
  );
}

/** A cross. */
export function CloseIcon() {
  return (
    <Icon>
      <path d="m4 4 8 8M12 4l-8 8" />
    </Icon>
  );
}
