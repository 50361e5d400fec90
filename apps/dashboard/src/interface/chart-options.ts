import type { Options } from 'uplot';
import { colourIn } from './colour-in.ts';
import type { Series } from './chart.tsx';

const LINE = 1.25;
const SECOND = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const MINUTE = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric' });
const MINUTE_SECONDS = 60;

/** As exact as the axis' steps (seconds) ask for, in the reader's time zone: where a day begins, the day. */
function timeLabel(seconds: number, step: number): string {
  const time = new Date(seconds * 1_000);
  if (step < MINUTE_SECONDS) return SECOND.format(time);
  return time.getHours() === 0 && time.getMinutes() === 0 ? DAY.format(time) : MINUTE.format(time);
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
      {
        ...axis,
        size: 22,
        space: 80,
        values: (_, times, __, ___, step) => times.map((time) => timeLabel(time, step)),
      },
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
