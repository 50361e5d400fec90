/** Under this name the browser remembers the chosen theme. */
export const THEME_KEY = 'restante-theme';

/** Runs before the first paint, so that a page never shows in the other theme first. */
export const THEME_SCRIPT = `try{const t=localStorage.getItem('${THEME_KEY}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}`;
