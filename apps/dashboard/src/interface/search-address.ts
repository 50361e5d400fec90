/** Changes what stands behind the "?" of the address without loading the page anew. `replace` adds no step to go back to. */
export function setSearch(parameters: URLSearchParams, replace = false): void {
  const search = parameters.toString();
  const address = search === '' ? window.location.pathname : `?${search}`;
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
}
