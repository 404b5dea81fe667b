/** A job's rules and what they make of a target, for Prometheus' API and for our own. */
import type { RelabelSteps } from '@nines/contract';
import { type ApiParams, badParameter } from '../http/index.ts';
import { formatYaml, invalid, notFound } from '../platform/index.ts';
import {
  type RelabelStep,
  type ScrapeManager,
  viewRule,
  viewScrapeConfig,
} from '../scrape/index.ts';
import { createLabelsFromPairs, type Labels, labelsRecord } from '../series/index.ts';

type Jobs = Pick<ScrapeManager, 'configs' | 'relabelSteps'>;

/** `/api/v1/scrape_pools/config`. */
export function viewPoolConfig(scrape: Jobs, params: ApiParams): unknown {
  const pool = readPool(params);
  const config = scrape.configs().find(({ jobName }) => jobName === pool);
  if (config === undefined) throw badParameter('scrapePool', `unknown scrape pool: "${pool}"`);
  return { yaml: formatYaml(viewScrapeConfig(config)) };
}

/** `/api/v1/targets/relabel_steps`. */
export function viewRelabelSteps(scrape: Jobs, params: ApiParams): unknown {
  const pool = readPool(params);
  const labels = readLabels(params.text('labels'));
  if (typeof labels === 'string') throw badParameter('labels', labels);
  const steps = scrape.relabelSteps(pool, labels);
  if (steps === undefined) throw badParameter('scrapePool', `unknown scrape pool: "${pool}"`);
  return {
    steps: steps.map((step) => ({
      rule: viewRule(step.rule),
      output: step.labels === undefined ? {} : labelsRecord(step.labels),
      keep: step.labels !== undefined,
    })),
  };
}

function readPool(params: ApiParams): string {
  const pool = params.text('scrapePool');
  if (pool === '') throw badParameter('scrapePool', 'no scrapePool parameter provided');
  return pool;
}

/** `GET /api/nines/v1/targets/relabel-steps`. */
export function listRelabelSteps(
  scrape: Jobs,
  query: { readonly job: string; readonly labels: string },
): RelabelSteps {
  const labels = readLabels(query.labels);
  if (typeof labels === 'string') throw invalid('TARGET_LABELS_INVALID', labels);
  const steps = scrape.relabelSteps(query.job, labels);
  if (steps === undefined) throw notFound('JOB_NOT_FOUND', `there is no job "${query.job}"`);
  return { steps: steps.map(viewStep) };
}

function viewStep({ rule, labels }: RelabelStep): RelabelSteps['steps'][number] {
  const { action, sourceLabels, separator, regex, modulus, targetLabel, replacement } = rule;
  const shown = { action, separator, regex, modulus, targetLabel, replacement };
  return {
    rule: { ...shown, sourceLabels: [...sourceLabels] },
    labels: labels === undefined ? null : labelsRecord(labels),
  };
}

/** Labels as JSON; a text says why there are none. */
function readLabels(text: string): Labels | string {
  if (text === '') return 'no labels parameter provided';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'labels must be JSON, such as {"__address__":"localhost:9090"}';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'labels must be a map of texts';
  }
  const pairs: [string, string][] = [];
  for (const [name, label] of Object.entries(value)) {
    if (typeof label !== 'string') return `label "${name}" must be a text`;
    pairs.push([name, label]);
  }
  return createLabelsFromPairs(pairs);
}
