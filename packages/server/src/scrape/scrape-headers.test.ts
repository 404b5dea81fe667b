import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readYaml } from '../platform/index.ts';
import type { ScrapeConfig } from './config.ts';
import { DEFAULT_GLOBAL, readScrapeConfigs } from './config-reader.ts';
import { type BodyFormat, readContentType, scrapeHeaders } from './scrape-headers.ts';

function readConfig(line = ''): ScrapeConfig {
  const { root } = readYaml({ text: `- job_name: j\n  ${line}`, file: 'f' });
  return readScrapeConfigs([root], DEFAULT_GLOBAL)[0];
}

describe('the headers of a scrape', () => {
  it('ask for OpenMetrics before text, say how long we wait and who we are', () => {
    assert.deepEqual(scrapeHeaders(readConfig(), { timeoutMs: 1500, version: '1.2.3' }), {
      Accept: [
        'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6',
        'application/openmetrics-text;version=0.0.1;q=0.5',
        'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4',
        'text/plain;version=0.0.4;q=0.3',
        '*/*;q=0.2',
      ].join(','),
      'Accept-Encoding': 'gzip',
      'User-Agent': 'Nines/1.2.3',
      'X-Prometheus-Scrape-Timeout-Seconds': '1.5',
    });
  });

  it('follow the configuration', () => {
    const headersOf = (line: string): Readonly<Record<string, string>> =>
      scrapeHeaders(readConfig(line), { timeoutMs: 1000, version: '0' });
    assert.equal(headersOf('enable_compression: false')['Accept-Encoding'], 'identity');
    assert.equal(
      headersOf('scrape_protocols: [PrometheusText0.0.4]').Accept,
      'text/plain;version=0.0.4;q=0.6,*/*;q=0.5',
    );
    assert.match(
      headersOf('scrape_native_histograms: true').Accept,
      /^application\/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application\/openmetrics-text/,
    );
    assert.match(
      headersOf('metric_name_escaping_scheme: dots').Accept,
      /1.0.0;escaping=dots;q=0.4/,
    );
  });
});

describe('the Content-Type of an answer', () => {
  const check = (contentType: string, want: BodyFormat, line?: string): void =>
    assert.equal(readContentType(contentType, readConfig(line)), want, contentType);

  it('says which format the body has', () => {
    check('text/plain; version=0.0.4; charset=utf-8', 'text');
    check('TEXT/PLAIN', 'text');
    check('application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics');
    check('application/vnd.google.protobuf; proto=x; encoding=delimited', 'protobuf');
  });

  it('is refused with advice where it is missing or unknown', () => {
    const refuse = (contentType: string, want: RegExp): void =>
      assert.throws(() => readContentType(contentType, readConfig()), want);
    refuse('', /^AppError: the target sent no Content-Type; set fallback_scrape_protocol/);
    refuse('text/html', /sent Content-Type "text\/html"; set fallback_scrape_protocol/);
  });

  it('does not matter where the job has a fallback, unless it says another format', () => {
    const line = 'fallback_scrape_protocol: PrometheusText0.0.4';
    check('', 'text', line);
    check('text/html', 'text', line);
    check('application/openmetrics-text', 'openmetrics', line);
    check('', 'openmetrics', 'fallback_scrape_protocol: OpenMetricsText1.0.0');
    check('text/json', 'protobuf', 'fallback_scrape_protocol: PrometheusProto');
  });
});
