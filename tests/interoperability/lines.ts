import { within } from '../harness/eventually.ts';

/** Payloads as they come, taken one by one. */
export class Lines {
  private readonly lines: string[] = [];
  private onNews: () => void = () => undefined;

  add(line: string): void {
    this.lines.push(line);
    this.onNews();
  }

  next(from: string): Promise<string> {
    return within(`a message at ${from}`, this.wait());
  }

  private async wait(): Promise<string> {
    while (this.lines.length === 0) await new Promise<void>((resolve) => (this.onNews = resolve));
    return this.lines.shift()!;
  }
}
