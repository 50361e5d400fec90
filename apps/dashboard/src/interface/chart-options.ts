import { type Options } from 'uplot';
import { colourIn } from './colour-in.ts';
import { type Series } from './chart.tsx';

const LINE = 1.25;
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** In the reader's time zone. */
function timeOfDay(seconds: number): string {
  return TIME.format(seconds * 1_000);
}

/** A quiet chart: hairlines, tabular figures, the page's own colours as the theme has them now. */
export function chartOptions(
  element: HTMLElement,
  series: Series[],
  format: (value: number) => string,
  height: number,
): Options {
  const colour = (variable: string) => colourIn(element, variable);
  const font = '11px "Inter Variable", sans-serif';
  const axis = {
    font,
    stroke: colour('--ink-quiet'),
    grid: { stroke: colour('--hairline'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    cursor: { y: false, points: { size: 5 } },
    legend: { show: false },
    scales: { y: { range: (_, __, most) => [0, most === null || most <= 0 ? 1 : most * 1.1] } },
    axes: [
      { ...axis, size: 22, space: 80, values: (_, values) => values.map(timeOfDay) },
      { ...axis, size: 56, space: 32, values: (_, values) => values.map(format) },
    ],
    series: [
      {},
      ...series.map(({ name, colour: variable, isDashed }) => ({
        label: name,
        stroke: colour(variable),
        width: LINE,
        dash: isDashed ? [4, 3] : undefined,
        points: { show: false },
      })),
    ],
  };
}
