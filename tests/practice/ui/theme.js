// Before the first paint: dark unless localStorage["skyvern-theme"] says otherwise.
function applyTheme() {
  const theme = localStorage.getItem("skyvern-theme") ?? "dark";
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
  document.documentElement.classList.toggle("light", !dark);
}
applyTheme();
globalThis.practiceTheme = (theme) => {
  localStorage.setItem("skyvern-theme", theme);
  applyTheme();
};
