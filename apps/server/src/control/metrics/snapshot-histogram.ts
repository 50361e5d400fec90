import type { Metric, Registry } from 'prom-client';

/** How often values fell into each bucket, in a unit of Prometheus (seconds, bytes, numbers of things). */
export interface Distribution {
  /** The greatest values of the buckets, ascending. */
  bounds: readonly number[];
  /** By bucket; the last one is of what is above every bound. */
  counts: ArrayLike<number>;
  sum: number;
}

/** A histogram that is counted elsewhere; prom-client's own would have to be told of each value. */
export function registerDistribution(
  registry: Registry,
  name: string,
  help: string,
  read: () => Distribution | null,
): void {
  const metric = {
    name,
    get: async () => ({
      ...{ name, help, type: 'histogram', aggregator: 'sum' },
      values: valuesOf(name, read()),
    }),
  };
  // All that a registry asks of a metric is its name and its values.
  registry.registerMetric(metric as unknown as Metric);
}

function valuesOf(name: string, distribution: Distribution | null) {
  if (distribution === null) return [];
  const { bounds, counts, sum } = distribution;
  let count = 0;
  const buckets = Array.from(counts, (inBucket, index) => {
    count += inBucket;
    const le = index < bounds.length ? bounds[index] : '+Inf';
    return { metricName: `${name}_bucket`, labels: { le }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: count },
  ];
}
