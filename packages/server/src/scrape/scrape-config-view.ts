/** A job's configuration as it is in force, in Prometheus' words and without its secrets. */
import { type HttpAuth, formatDuration } from '../platform/index.ts';
import { labelsRecord, labelValue } from '../series/index.ts';
import type { ScrapeConfig, ScrapeLimits } from './config.ts';
import type { RelabelConfig } from './relabel.ts';

const HIDDEN = '<secret>';

/** Plain data, to be written as YAML. */
export function viewScrapeConfig(config: ScrapeConfig): Readonly<Record<string, unknown>> {
  const { params, http, staticConfigs, relabelConfigs, metricRelabelConfigs } = config;
  return {
    job_name: config.jobName,
    honor_labels: config.honorLabels,
    honor_timestamps: config.honorTimestamps,
    track_timestamps_staleness: config.trackTimestampsStaleness,
    ...(params.length === 0
      ? {}
      : { params: Object.fromEntries(params.map(({ name, values }) => [name, values])) }),
    scrape_interval: formatDuration(config.scrapeIntervalMs),
    scrape_timeout: formatDuration(config.scrapeTimeoutMs),
    scrape_protocols: config.scrapeProtocols,
    ...(config.fallbackScrapeProtocol === undefined
      ? {}
      : { fallback_scrape_protocol: config.fallbackScrapeProtocol }),
    metrics_path: config.metricsPath,
    scheme: config.scheme,
    enable_compression: config.enableCompression,
    metric_name_validation_scheme: config.nameValidation,
    metric_name_escaping_scheme: config.nameEscaping,
    ...viewLimits(config.limits),
    ...viewAuth(http.auth),
    follow_redirects: http.followRedirects,
    ...(relabelConfigs.length === 0 ? {} : { relabel_configs: relabelConfigs.map(viewRule) }),
    ...(metricRelabelConfigs.length === 0
      ? {}
      : { metric_relabel_configs: metricRelabelConfigs.map(viewRule) }),
    ...(staticConfigs.length === 0
      ? {}
      : {
          static_configs: staticConfigs.map(({ targets, labels }) => ({
            targets: targets.map((target) => labelValue(target, '__address__')),
            ...(labels.names.length === 0 ? {} : { labels: labelsRecord(labels) }),
          })),
        }),
    ...viewDiscoveries(config),
  };
}

/** A rule in the words of a configuration, as Prometheus' API shows it. */
export function viewRule(rule: RelabelConfig): Readonly<Record<string, unknown>> {
  const { sourceLabels, modulus, targetLabel } = rule;
  return {
    ...(sourceLabels.length === 0 ? {} : { source_labels: sourceLabels }),
    separator: rule.separator,
    regex: rule.regex,
    ...(modulus === 0 ? {} : { modulus }),
    ...(targetLabel === '' ? {} : { target_label: targetLabel }),
    replacement: rule.replacement,
    action: rule.action,
  };
}

function viewLimits(limits: ScrapeLimits): Readonly<Record<string, number>> {
  const all = {
    body_size_limit: limits.bodySizeBytes,
    sample_limit: limits.sampleCount,
    target_limit: limits.targetCount,
    label_limit: limits.labelCount,
    label_name_length_limit: limits.labelNameBytes,
    label_value_length_limit: limits.labelValueBytes,
    keep_dropped_targets: limits.keptDroppedTargetCount,
  };
  return Object.fromEntries(Object.entries(all).filter(([, limit]) => limit > 0));
}

function viewAuth(auth: HttpAuth): Readonly<Record<string, unknown>> {
  switch (auth.kind) {
    case 'none':
      return {};
    case 'basic':
      return { basic_auth: { username: HIDDEN, password: HIDDEN } };
    case 'token':
      return { authorization: { type: auth.scheme, credentials: HIDDEN } };
    case 'oauth2': {
      const { clientId, tokenUrl, scopes } = auth.oauth2;
      const oauth2 = { client_id: clientId, client_secret: HIDDEN, token_url: tokenUrl, scopes };
      return { oauth2 };
    }
  }
}

/** By kind, what is asked; how it is asked may hold secrets. */
function viewDiscoveries({ discoveries }: ScrapeConfig): Readonly<Record<string, unknown>> {
  const kinds = Map.groupBy(discoveries, ({ kind }) => `${kind}_sd_configs`);
  return Object.fromEntries(
    [...kinds].map(([key, configs]) => [
      key,
      configs.map((config) => {
        switch (config.kind) {
          case 'file':
            return { files: config.patterns };
          case 'http':
            return { url: hideCredentials(config.url) };
          case 'dns':
            return { names: config.names, type: config.type, port: config.port };
          case 'consul':
            return { server: hideCredentials(config.url), services: config.services };
          case 'docker':
            return { host: hideCredentials(config.host) };
          case 'kubernetes':
            return { role: config.role, namespaces: { names: config.namespaces } };
        }
      }),
    ]),
  );
}

function hideCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, `//${HIDDEN}@`).replace(/\?.*$/s, '?…');
}
