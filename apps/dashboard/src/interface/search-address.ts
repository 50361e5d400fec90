/** Changes what stands behind the "?" of the address without loading the page anew. `replace` adds no step to go back to. */
export function setSearch(parameters: URLSearchParams, replace = false): void {
  const search = parameters.toString();
  const address = search === '' ? window.location.pathname : `?${search}`;
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
}

/** The present one with a part changed; '' takes it out. A list begins at its first page again (`after`). */
export function searchWith(name: string, value: string): URLSearchParams {
  const changed = new URLSearchParams(window.location.search);
  changed.delete('after');
  if (value === '') changed.delete(name);
  else changed.set(name, value);
  return changed;
}
