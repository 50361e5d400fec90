'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { onThemeChange } from './theme-change.ts';
import { chartOptions } from './chart-options.ts';

export interface Series {
  name: string;
  /** Beside its colour, a line is told by whether it is dashed. */
  colour: '--ink' | '--online' | '--warning' | '--accent' | '--frame';
  isDashed?: boolean;
}

interface ChartProps {
  label: string;
  series: Series[];
  /** Times in seconds since the epoch, then the values of each series; null: there is none. */
  data: [number[], ...(number | null)[][]];
  format: (value: number) => string;
  height?: number;
}

/** Series over time, as wide as there is room. New data is drawn in place: nothing is made anew. */
export function Chart({ label, series, data, format, height = 160 }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const newest = useRef(data);
  const names = JSON.stringify(series);
  useEffect(() => {
    newest.current = data;
    chart.current?.setData(data);
  }, [data]);
  useEffect(() => {
    const element = frame.current!;
    const draw = () => {
      chart.current?.destroy();
      const options = chartOptions(element, JSON.parse(names) as Series[], format, height);
      chart.current = new uPlot(options, newest.current, element);
    };
    draw();
    const sizes = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height }));
    sizes.observe(element);
    const endTheme = onThemeChange(draw);
    return () => {
      sizes.disconnect();
      endTheme();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [names, format, height]);
  return (
    <figure>
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 text-[13px]">
        <span>{label}</span>
        <span className="flex gap-4 text-xs text-quiet tabular-nums">
          {series.map(({ name }, index) => (
            <span key={name}>{`${name} ${format(data[index + 1].at(-1) ?? 0)}`}</span>
          ))}
        </span>
      </figcaption>
      <div
        ref={frame}
        role="img"
        aria-label={summaryOf(label, series, data, format)}
        className="mt-1"
        style={{ height }}
      />
    </figure>
  );
}

/** For who cannot see it: "Messages a second: in at most 12, out at most 3". */
function summaryOf(
  label: string,
  series: Series[],
  [, ...columns]: ChartProps['data'],
  format: (value: number) => string,
): string {
  const mosts = columns.map((values) =>
    values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0),
  );
  return `${label}: ${series.map(({ name }, index) => `${name} at most ${format(mosts[index])}`).join(', ')}`;
}
