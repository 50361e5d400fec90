/** A colour of the page's as the theme has it now. A canvas does not know variables: an element has to say. */
export function colourIn(element: HTMLElement, variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
