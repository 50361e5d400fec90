/** One thing that is not as it was: its place, as `settings.maxQueuedMessages`. undefined: it was not, or is not, there. */
export interface Difference {
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** What of a change's `before` and `after` is not the same, in their order. Objects are compared field by field. */
export function differencesOf(before: object | null, after: object | null): Difference[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((difference) => difference.before !== difference.after);
}

/** All that is in an object, by its place, each as text. A list is one value. */
function leavesOf(value: object | null, place = ''): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const [field, part] of Object.entries(value ?? {})) {
    const path = place === '' ? field : `${place}.${field}`;
    if (isNested(part)) for (const [inner, text] of leavesOf(part, path)) leaves.set(inner, text);
    else leaves.set(path, toText(part));
  }
  return leaves;
}

function isNested(part: unknown): part is object {
  return typeof part === 'object' && part !== null && !Array.isArray(part) && Object.keys(part).length > 0;
}

function toText(part: unknown): string {
  if (typeof part === 'string') return part === '' ? 'empty' : part;
  if (Array.isArray(part) && part.every((item) => typeof item === 'string')) return part.join(', ') || 'none';
  return part === null ? 'none' : JSON.stringify(part);
}
