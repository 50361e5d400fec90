import 'reflect-metadata';
import { parser } from '@prometheus-io/lezer-promql';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { startServer } from '../../apps/server/testing/running-server.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Of a scrape itself: Prometheus' own. */
const OWN_METRICS = ['up'];

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook_url: string };
}

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

let names: Set<string>;
let rules: Rule[];
let panels: Panel[];
let monitoring: string;

beforeAll(async () => {
  const server = await startServer({ RESTANTE_METRICS_TOKEN: 'the-token-of-prometheus' });
  try {
    const { body } = await server.request('GET', '/metrics', undefined, {
      authorization: 'Bearer the-token-of-prometheus',
    });
    names = namesIn(body as string);
  } finally {
    await server.stop();
  }
  const file = (name: string) => readFile(path.join(ROOT, name), 'utf8');
  const alerts = parse(await file('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
  rules = alerts.groups.flatMap((group) => group.rules);
  ({ panels } = JSON.parse(await file('deploy/grafana/dashboards/restante.json')) as { panels: Panel[] });
  monitoring = await file('docs/MONITORING.md');
});

/** What a scrape has series of, and those that it describes and has none of yet. */
function namesIn(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    found.add(name);
    if (type === 'histogram') for (const part of ['bucket', 'sum', 'count']) found.add(`${name}_${part}`);
  }
  return found;
}

/** The metrics that a PromQL expression names. @throws Error when it is none */
function metricsOf(expression: string): string[] {
  // What Grafana puts in.
  const filled = expression.replaceAll('$__rate_interval', '1m').replaceAll('$instance', 'a');
  const metrics: string[] = [];
  parser.parse(filled).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) throw new Error(`No PromQL at ${from}: ${filled}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector')
        metrics.push(filled.slice(from, to));
    },
  });
  return metrics;
}

function unknownIn(expression: string): string[] {
  const metrics = metricsOf(expression);
  expect(metrics).not.toEqual([]);
  return metrics.filter((name) => !names.has(name) && !OWN_METRICS.includes(name));
}

test('every alert is about metrics that there are', () => {
  expect(rules.length).toBeGreaterThan(10);
  for (const { alert, expr } of rules)
    expect({ alert, unknown: unknownIn(expr) }).toEqual({ alert, unknown: [] });
});

test('every alert says how bad it is, and has a section in the runbook that says what to do', () => {
  const anchors = [...monitoring.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading.toLowerCase());
  for (const { alert, labels, annotations } of rules) {
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(annotations.summary).not.toBe('');
    const [file, anchor] = annotations.runbook_url.split('#');
    expect([file, anchors.includes(anchor) && anchor]).toEqual(['docs/MONITORING.md', alert.toLowerCase()]);
  }
});

test('every panel of the dashboard shows metrics that there are', () => {
  const shown = panels.filter(({ targets }) => targets !== undefined);
  expect(shown.length).toBeGreaterThan(10);
  for (const { title, targets } of shown)
    for (const { expr } of targets!)
      expect({ title, unknown: unknownIn(expr) }).toEqual({ title, unknown: [] });
});

test('the documentation tells of every metric of the server’s own', () => {
  const own = [...names].filter((name) => /^restante_/.test(name) && !/_(bucket|sum|count)$/.test(name));
  expect(own.filter((name) => !monitoring.includes(`\`${name}\``))).toEqual([]);
});
