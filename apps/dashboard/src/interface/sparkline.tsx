const WIDTH = 56;
const HEIGHT = 16;

/** How a figure went lately: no axis, its own scale from 0. */
export function Sparkline({ values }: { values: readonly number[] }) {
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true" className="block overflow-visible">
      <path d={sparklinePath(values, WIDTH, HEIGHT)} className="fill-none stroke-fill" />
    </svg>
  );
}

/** A line through values at equal distances, the greatest at the top; in the middle when nothing has changed. */
function sparklinePath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  const most = Math.max(...values);
  const isFlat = values.every((value) => value === most);
  const step = width / (values.length - 1);
  const place = (value: number) => (isFlat ? height / 2 : 1 + (height - 2) * (1 - value / most));
  return values
    .map(
      (value, index) => `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${place(value).toFixed(1)}`,
    )
    .join('');
}
