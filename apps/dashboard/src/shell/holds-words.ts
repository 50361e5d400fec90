/** Whether each word of `wanted` is somewhere in `text`, in whatever case. */
export function holdsWords(text: string, wanted: string): boolean {
  const searched = text.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word));
}
