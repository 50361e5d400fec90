import type { Run } from './rounds.ts';
import type { Measure } from './scenarios/scenario.ts';
import { median } from './statistics.ts';

/** What one broker came to in one row. */
export interface Cell {
  broker: string;
  /** null: no run was carried through. */
  median: number | null;
  /** What went wrong in any of the runs: errors, and messages lost, repeated or out of order. */
  flaws: string[];
}

/** One measure of one scenario. */
export interface Row {
  title: string;
  unit: Measure['unit'];
  cells: Cell[];
}

/** A scenario in which losing messages is what is measured, and no flaw of the measurement. */
const LOSS_IS_MEASURED = 'kill';

/** @param brokers the columns; a broker without a run of a scenario has an empty cell there */
export function rowsOf(runs: readonly Run[], brokers: readonly string[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { scenario, variant, measures } of runs) {
    for (const { name, unit } of measures) {
      const title = titleOf(scenario, variant, name);
      if (rows.has(title)) continue;
      const cells = brokers.map((broker) => {
        const own = runs.filter(
          (run) => run.broker === broker && run.scenario === scenario && run.variant === variant,
        );
        return cellOf(broker, own, name);
      });
      rows.set(title, { title, unit, cells });
    }
  }
  return [...rows.values()];
}

function titleOf(scenario: string, variant: string, measure: string): string {
  const name = variant === '' ? scenario : `${scenario} ${variant}`;
  return measure === '' ? name : `${name}: ${measure}`;
}

function cellOf(broker: string, runs: readonly Run[], measure: string): Cell {
  const values = runs.flatMap(({ measures }) =>
    measures.filter(({ name }) => name === measure).map(({ value }) => value),
  );
  return { broker, median: values.length === 0 ? null : median(values), flaws: flawsOf(runs) };
}

/** Messages are summed over the runs. */
export function flawsOf(runs: readonly Run[]): string[] {
  const sum = (count: 'lost' | 'repeated' | 'outOfOrder') =>
    runs
      .filter(({ scenario }) => count !== 'lost' || scenario !== LOSS_IS_MEASURED)
      .reduce((total, { checks }) => total + (checks?.[count] ?? 0), 0);
  const failed = runs.filter(({ error }) => error !== null).length;
  return [
    { count: failed, name: `of ${runs.length} failed` },
    { count: sum('lost'), name: 'lost' },
    { count: sum('repeated'), name: 'repeated' },
    { count: sum('outOfOrder'), name: 'out of order' },
  ].flatMap(({ count, name }) => (count === 0 ? [] : `${whole(count)} ${name}`));
}

/** Plain text: a column for each broker, then the first one's value as a multiple of each other's. */
export function tableText(rows: readonly Row[], brokers: readonly string[]): string {
  const header = ['', '', ...brokers, ...brokers.slice(1).map((other) => `vs ${other}`)];
  const lines = rows.map(({ title, unit, cells }) => [
    title,
    unit,
    ...cells.map((cell) => cellText(cell, unit)),
    ...cells.slice(1).map((cell) => (unit === '%' ? '' : ratioText(cells[0].median, cell.median))),
  ]);
  return aligned([header, ...lines]);
}

function cellText({ median, flaws }: Cell, unit: Measure['unit']): string {
  const value = median === null ? '-' : valueText(median, unit);
  return flaws.length === 0 ? value : `${value} (${flaws.join(', ')})`;
}

/** With the digits that a person reads. */
export function valueText(value: number, unit: Measure['unit']): string {
  if (unit.endsWith('/s') || value >= 1_000) return whole(value);
  return value.toFixed(unit === '%' ? 1 : 2);
}

function ratioText(own: number | null, other: number | null): string {
  if (own === null || other === null || other === 0) return '-';
  const ratio = own / other;
  return `${ratio < 10 ? ratio.toPrecision(2) : whole(ratio)}x`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** The first two columns to the left, numbers to the right. */
function aligned(lines: readonly string[][]): string {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((text, column) => (column < 2 ? text.padEnd(widths[column]) : text.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
