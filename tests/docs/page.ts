/** What is done with a page of the documentation: its fenced blocks, and what comments in front of them say. */

/** Languages that are run. */
const RUN = ['sh', 'sql', 'graphql'];
/** Languages that, right behind a block that is run, are what it prints. */
const PRINTED = ['text', 'json'];
/** What would not be found: a block within a list, or under another name. */
const MISSED = /^\s+```(sh|sql|graphql)\b|^\s*```(bash|shell|console)\b/;
const NOTHING_IS_RUN = /^nothing here is run: \S/;

export interface Block {
  language: string;
  /** Of the page, from 1: of the fence, or of the comment. */
  line: number;
  /** Line of its end. */
  end: number;
  lines: string[];
}

/** A block that is run. */
export interface Step extends Block {
  /** It goes on while the next ones are run. */
  isBeside: boolean;
  /** That it fails is what is shown. */
  isToFail: boolean;
  prints: Block | null;
}

interface Comment extends Block {
  text: string;
}

/**
 * The blocks of a page that are run, in their order. Comments right in front of a block say:
 *
 * - `<!-- not run: why -->`: it is left out
 * - `<!-- in another terminal -->`: it goes on beside the next ones
 * - `<!-- fails -->`: it ends with an error
 *
 * and, anywhere, `<!-- before: sh ... -->` is run and not shown, `<!-- nothing here is run: why -->` is about the whole page.
 *
 * @throws Error naming the line of a comment or a block that cannot be understood
 */
export function stepsOf(markdown: string): Step[] {
  const parts = partsOf(markdown);
  if (parts.some((part) => 'text' in part && NOTHING_IS_RUN.test(part.text))) return [];
  return parts.flatMap((part, index): Step[] => {
    const before = parts[index - 1];
    if ('text' in part) return hiddenStep(part);
    if (!RUN.includes(part.language)) return [];
    const comment =
      before !== undefined && 'text' in before && isNext(markdown, before, part) ? before.text : '';
    if (isReason(comment)) return [];
    const after = parts[index + 1];
    const isPrinted =
      after !== undefined && PRINTED.includes(after.language) && isNext(markdown, part, after);
    return [
      {
        ...part,
        isBeside: comment === 'in another terminal',
        isToFail: comment === 'fails',
        prints: isPrinted ? after : null,
      },
    ];
  });
}

function isReason(comment: string): boolean {
  return /^not run: \S/.test(comment);
}

function hiddenStep({ text, ...block }: Comment): Step[] {
  if (['in another terminal', 'fails'].includes(text) || isReason(text)) return [];
  const [, language, script] = /^before: (\w+)\s+([^]+)$/.exec(text) ?? [];
  if (language === undefined || !RUN.includes(language))
    throw new Error(`line ${block.line}: the comment "${text}" cannot be understood`);
  const lines = block.line === block.end ? [script] : block.lines;
  return [{ ...block, language, lines, isBeside: false, isToFail: false, prints: null }];
}

/** Only empty lines are between them. */
function isNext(markdown: string, first: Block, second: Block): boolean {
  return markdown
    .split('\n')
    .slice(first.end, second.line - 1)
    .every((line) => line.trim() === '');
}

/** Fenced blocks and comments. */
function partsOf(markdown: string): (Block | Comment)[] {
  const lines = markdown.split('\n');
  const parts: (Block | Comment)[] = [];
  for (let index = 0; index < lines.length; index++) {
    if (MISSED.test(lines[index]))
      throw new Error(`line ${index + 1}: commands stand in a block of "sh" that is not indented`);
    const [, fence, language = ''] = /^(```+)(\w*)/.exec(lines[index]) ?? [];
    const isComment = lines[index].startsWith('<!--');
    if (fence === undefined && !isComment) continue;
    const isEnd = (line: string) => (isComment ? line.endsWith('-->') : line === fence);
    const from = isComment ? index : index + 1;
    const length = lines.slice(from).findIndex(isEnd);
    if (length < 0) throw new Error(`line ${index + 1}: the block has no end`);
    const end = from + length;
    const block = { language, line: index + 1, end: end + 1, lines: lines.slice(index + 1, end) };
    const text = lines
      .slice(index, end + 1)
      .join('\n')
      .replace(/^<!--\s*|\s*-->$/g, '');
    parts.push(isComment ? { ...block, text } : block);
    index = end;
  }
  return parts;
}
