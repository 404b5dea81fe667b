import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readYaml } from '../platform/index.ts';
import type { ScrapeConfig } from './config.ts';
import { DEFAULT_GLOBAL, readScrapeConfigs } from './config-reader.ts';
import { checkContentType, scrapeHeaders } from './scrape-headers.ts';

function readConfig(line = ''): ScrapeConfig {
  const { root } = readYaml({ text: `- job_name: j\n  ${line}`, file: 'f' });
  return readScrapeConfigs([root], DEFAULT_GLOBAL)[0];
}

describe('the headers of a scrape', () => {
  it('ask for text, say how long we wait and who we are', () => {
    assert.deepEqual(scrapeHeaders(readConfig(), { timeoutMs: 1500, version: '1.2.3' }), {
      Accept:
        'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4',
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
  });
});

describe('the Content-Type of an answer', () => {
  const check = (contentType: string, want: RegExp | undefined, line?: string): void => {
    const run = (): void => checkContentType(contentType, readConfig(line));
    if (want === undefined) assert.doesNotThrow(run, contentType);
    else assert.throws(run, want, contentType);
  };

  it('is text', () => {
    check('text/plain; version=0.0.4; charset=utf-8', undefined);
    check('TEXT/PLAIN', undefined);
  });

  it('is refused with advice where it is missing or unknown', () => {
    check('', /^AppError: the target sent no Content-Type; set fallback_scrape_protocol/);
    check('text/html', /sent Content-Type "text\/html"; set fallback_scrape_protocol/);
  });

  it('does not matter where the job has a fallback, unless it is surely another format', () => {
    const line = 'fallback_scrape_protocol: PrometheusText0.0.4';
    check('', undefined, line);
    check('text/html', undefined, line);
    const openMetrics = 'application/openmetrics-text; version=1.0.0';
    check(openMetrics, /is not supported yet, though text was asked for/, line);
  });
});
