/** Calls back when the theme becomes another. @returns ends it */
export function onThemeChange(callback: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = new MutationObserver(callback);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', callback);
  return () => {
    chosen.disconnect();
    system.removeEventListener('change', callback);
  };
}
