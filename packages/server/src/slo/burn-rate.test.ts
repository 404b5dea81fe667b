import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createSeededRandom, formatDuration } from '../platform/index.ts';
import {
  allowedRatio,
  burnRateThreshold,
  defaultAlerts,
  errorRatioThreshold,
  exhaustionMs,
  oneFailureRatio,
  parseAlerts,
  remarksOnAlert,
} from './burn-rate.ts';
import type { BurnRateAlert } from './model.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH = { windowMs: 30 * DAY_MS, objective: 0.999 };

function shown(alerts: readonly BurnRateAlert[], windowMs: number): readonly string[] {
  return alerts.map((alert) => {
    const { output, budgetRatio, longMs, shortMs } = alert;
    const windows = `${formatDuration(longMs)}/${formatDuration(shortMs)}`;
    const factor = Number(burnRateThreshold(alert, windowMs).toPrecision(4));
    return `${output} ${budgetRatio * 100}% ${windows} ${factor}`;
  });
}

describe('the usual alerts', () => {
  const check = (days: number, want: readonly string[]): void => {
    void it(`of ${days} days`, () =>
      assert.deepEqual(shown(defaultAlerts(days * DAY_MS), days * DAY_MS), want));
  };
  check(30, ['page 2% 1h/5m 14.4', 'page 5% 6h/30m 6', 'ticket 10% 3d/6h 1']);
  check(28, ['page 2% 1h/5m 13.44', 'page 5% 6h/30m 5.6', 'ticket 10% 3d/6h 0.9333']);
  check(7, ['page 2% 10m/50s 20.16', 'page 5% 1h/5m 8.4', 'ticket 10% 12h/1h 1.4']);
  check(90, ['page 2% 3h/15m 14.4', 'page 5% 18h/1h30m 6', 'ticket 10% 1w/14h 1.286']);
});

describe('alerts of one’s own', () => {
  const check = (text: string, want: readonly string[] | RegExp): void => {
    void it(text, () => {
      const read = parseAlerts(text);
      if (typeof read === 'string') assert.match(read, want instanceof RegExp ? want : /^$/);
      else assert.deepEqual(shown(read, 30 * DAY_MS), want);
    });
  };
  check('page 2% 1h/5m, ticket 10% 3d', ['page 2% 1h/5m 14.4', 'ticket 10% 3d/6h 1']);
  check('page 10% 1m/15s', ['page 10% 1m/15s 4320']);
  check('ticket 0.5 % 2d/4h', ['ticket 0.5% 2d/4h 0.075']);
  check('none', []);
  check('', /cannot read ""/);
  check('log 2% 1h', /cannot read "log 2% 1h"; want such as/);
  check('page 2 1h', /cannot read/);
  check('page 0% 1h', /above 0% and at most 100%/);
  check('page 101% 1h', /above 0% and at most 100%/);
  check('page 2% 1h/2h', /from 10s up to the long one/);
  check('page 2% 1h/1s', /from 10s up to the long one/);
  check('page 2% soon', /cannot read the windows of "page 2% soon"/);
  check('page 2% 1h/5m/1m', /cannot read the windows/);
  check('page 2% 1h/5m, ticket 5% 60m/300s', /stand twice/);
  check(Array.from({ length: 9 }, () => 'page 2% 1h').join(','), /9 alerts are too many/);

  it('survive hostile text', () => {
    const seed = 20_260_402;
    const random = createSeededRandom(seed);
    const pieces = [
      'page',
      'ticket',
      ' ',
      '2',
      '%',
      '1h',
      '/',
      '5m',
      ',',
      '.',
      '-',
      'none',
      '\n',
      '٣',
    ];
    for (let round = 0; round < 3000; round++) {
      const length = Math.floor(random.float() * 14);
      const pick = (): string => pieces[Math.floor(random.float() * pieces.length)];
      const read = parseAlerts(Array.from({ length }, pick).join(''));
      if (typeof read === 'string') continue;
      for (const { longMs, shortMs, budgetRatio } of read) {
        assert.ok(shortMs <= longMs && budgetRatio > 0, `seed ${seed}, round ${round}`);
      }
    }
  });
});

describe('the Workbook’s arithmetic', () => {
  const page: BurnRateAlert = {
    output: 'page',
    budgetRatio: 0.02,
    longMs: HOUR_MS,
    shortMs: 300_000,
  };
  const seconds = (ms: number): number => Number((ms / 1000).toPrecision(3));

  it('detects a total outage on one hour at 14.4 after 52 s, 15 % after 5.76 min', () => {
    // After no failures the ratio of the long window grows with the part of it that fails.
    const detectionMs = (errorRatio: number): number =>
      (errorRatioThreshold(page, MONTH) / errorRatio) * page.longMs;
    assert.equal(seconds(detectionMs(1)), 51.8);
    assert.equal(seconds(detectionMs(0.15)), 346);
  });
  it('knows how long a budget lasts', () => {
    assert.equal(exhaustionMs(1, 30 * DAY_MS), 30 * DAY_MS);
    assert.equal(exhaustionMs(10, 30 * DAY_MS), 3 * DAY_MS);
    assert.equal(Math.floor(exhaustionMs(1000, 30 * DAY_MS) / 60_000), 43);
    assert.equal(Math.round(exhaustionMs(1 / allowedRatio(0.99999), 30 * DAY_MS) / 1000), 26);
  });
  it('counts one failure of ten requests an hour as 13.9 % of the budget', () => {
    assert.equal(Number(oneFailureRatio(7200, 0.999).toPrecision(3)), 0.139);
  });

  const file = join(
    process.env.NINES_CONFORMANCE ??
      fileURLToPath(new URL('../../../../../shared/conformance', import.meta.url)),
    'slo/workbook_tables.json',
  );
  it('agrees with the tables of the Workbook', {
    skip: !existsSync(file) && 'no conformance data',
  }, () => {
    const tables: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const rows = rowsOf(tables, 'table_5_8_mwmbr');
    assert.equal(rows.length, 3);
    const text = rows.map(({ severity, budget, long, short }) =>
      [severity, `${Number(budget) * 100}%`, [long, short].join('/')].join(' '),
    );
    assert.deepEqual(parseAlerts(text.join(', ')), defaultAlerts(30 * DAY_MS));
    const factors = defaultAlerts(30 * DAY_MS).map((alert) =>
      burnRateThreshold(alert, 30 * DAY_MS),
    );
    assert.deepEqual(
      factors.map((factor) => Number(factor.toPrecision(6))),
      rows.map(({ burn }) => burn),
    );
    for (const { burn, exhaust } of rowsOf(tables, 'table_5_4_burn_rate_exhaustion')) {
      const lastsMs = exhaustionMs(Number(burn), 30 * DAY_MS);
      const days = `${lastsMs / DAY_MS} days`;
      assert.equal(lastsMs < DAY_MS ? `${Math.floor(lastsMs / 60_000)} minutes` : days, exhaust);
    }
  });
});

function rowsOf(tables: unknown, name: string): readonly Readonly<Record<string, unknown>>[] {
  assert.ok(isRecord(tables));
  const rows: unknown = tables[name];
  assert.ok(Array.isArray(rows));
  return rows.filter(isRecord);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

describe('remarks on an alert', () => {
  const check = (
    name: string,
    of: {
      readonly text: string;
      readonly objective?: number;
      readonly days?: number;
      readonly every?: number;
    },
    want: readonly RegExp[],
  ): void => {
    void it(name, () => {
      const read = parseAlerts(of.text);
      assert.ok(typeof read !== 'string');
      const remarks = remarksOnAlert(read[0], {
        windowMs: (of.days ?? 30) * DAY_MS,
        objective: of.objective ?? 0.999,
        sampleIntervalMs: of.every,
      });
      assert.equal(remarks.length, want.length, remarks.join('\n'));
      want.forEach((pattern, i) => assert.match(remarks[i], pattern));
    });
  };
  check('are none on the usual ones', { text: 'page 2% 1h/5m', every: 15_000 }, []);
  check('are none on the ticket of 28 days', { text: 'ticket 10% 3d', days: 28 }, []);
  check('tell of one that can never fire', { text: 'page 2% 1h/5m', objective: 0.9 }, [
    /^The page on 2 % in 1h\/5m can never fire: 144 % of the events would have to fail/,
  ]);
  check('tell of one that fires within the budget', { text: 'ticket 5% 3d' }, [
    /at 0.5× the even pace/,
  ]);
  check('tell of one that looks too far back', { text: 'ticket 50% 10d' }, [
    /more than a quarter of 30d/,
  ]);
  check('tell of a short window without samples', { text: 'page 2% 1h/1m', every: 60_000 }, [
    /less than two samples, which come every 1m/,
  ]);

  it('judge the ratio without errors of binary fractions', () => {
    const [alert] = defaultAlerts(MONTH.windowMs);
    assert.equal(Number(errorRatioThreshold(alert, MONTH).toPrecision(12)), 0.0144);
    assert.equal(allowedRatio(0.9), 0.1);
  });
});
