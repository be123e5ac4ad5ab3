// Before the first paint: the reader's choice of theme, where one was made.
try {
  const theme = localStorage.getItem("merestone.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // storage can be switched off; the system's theme stands
}
