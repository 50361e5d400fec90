/** What of the expected text is not in the output; null: all of it is, in this order. `…` stands for anything. */
export function missingIn(output: string, expected: string[], language: string): string | null {
  if (language === 'json') {
    const wanted = expected.join('').replaceAll(/\s/g, '');
    return patternOf(wanted).test(output.replaceAll(/\s/g, '')) ? null : expected.join('\n');
  }
  const printed = output.split('\n').map(oneBlank);
  let from = 0;
  for (const line of expected.map(oneBlank)) {
    if (line === '' || line === '…') continue;
    const pattern = new RegExp(`^${patternOf(line).source}$`, 's');
    const found = printed.findIndex((text, index) => index >= from && pattern.test(text));
    if (found < 0) return line;
    from = found + 1;
  }
  return null;
}

function patternOf(text: string): RegExp {
  return new RegExp(
    text
      .split('…')
      .map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
    's',
  );
}

function oneBlank(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}
