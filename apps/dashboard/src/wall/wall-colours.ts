const NAMES = {
  paper: '--paper',
  raised: '--paper-raised',
  ink: '--ink',
  frame: '--frame',
  fill: '--fill',
  warning: '--warning',
  online: '--online',
  selection: '--selection',
};

export type WallColours = Record<keyof typeof NAMES, string>;

/** The page's colours in the theme that it has now. A canvas does not know variables: an element has to say. */
export function wallColours(inside: HTMLElement): WallColours {
  const probe = document.createElement('span');
  inside.append(probe);
  const colours = Object.entries(NAMES).map(([name, variable]) => {
    probe.style.color = `var(${variable})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colours) as WallColours;
}

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
