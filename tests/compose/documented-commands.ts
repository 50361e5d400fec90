import { readFileSync } from 'node:fs';

/** The commands in the blocks of a page of the documentation that are marked as `sh`, to be run as they stand there. */
export class DocumentedCommands {
  private readonly left: string[];

  constructor(file: string) {
    const blocks = [...readFileSync(file, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
    this.left = blocks.flatMap(([, block]) => block.replaceAll('\\\n', ' ').trim().split('\n'));
  }

  /** The next of them that begins so. @throws Error when there is none */
  take(beginning: string): string {
    const at = this.left.findIndex((command) => command.startsWith(beginning));
    if (at === -1) throw new Error(`No command that begins with "${beginning}" is left`);
    return this.left.splice(at, 1)[0];
  }

  /** Those that nobody took. */
  get untaken(): readonly string[] {
    return this.left;
  }
}
