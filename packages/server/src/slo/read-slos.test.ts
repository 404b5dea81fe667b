import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createSeededRandom, formatFault } from '../platform/index.ts';
import { isSloFile, readSlos } from './read-slos.ts';
import { createSlo, sloText } from './testing.ts';

function faultsOf(text: string): readonly string[] {
  return readSlos([{ file: 'slo.yaml', text }]).faults.map(formatFault);
}

describe('an SLO of OpenSLO v1', () => {
  it('is read', () => {
    const slo = createSlo({ window: '{duration: 4w, isRolling: true}' });
    assert.equal(slo.name, 'checkout');
    assert.equal(slo.displayName, 'Checkout');
    assert.equal(slo.service, 'shop');
    assert.equal(slo.objective, 0.999);
    assert.deepEqual(slo.window, { kind: 'rolling', durationMs: 28 * 86_400_000 });
    assert.equal(slo.indicator.good?.text, 'requests_total{code!~"5.."}');
    assert.equal(slo.alerts.length, 3);
    assert.deepEqual(slo.place, { file: 'slo.yaml', line: 1, column: 1 });
  });
  it('may have a calendar window', () => {
    const window =
      '{duration: 1Q, calendar: {startTime: 2026-01-01 00:00, timeZone: Europe/Paris}}';
    assert.deepEqual(createSlo({ window }).window, {
      kind: 'calendar',
      unit: 'months',
      count: 3,
      start: '2026-01-01T00:00:00',
      timeZone: 'Europe/Paris',
    });
  });
  it('may have its target in percent, without errors of binary fractions', () => {
    const text = sloText().replace('target: 0.999', 'targetPercent: 99.9');
    assert.equal(readSlos([{ file: 'f', text }]).slos[0]?.objective, 0.999);
  });
  it('may say its alerts itself', () => {
    const { alerts } = createSlo({ annotation: 'page 10% 1m/15s' });
    assert.deepEqual(alerts, [
      { output: 'page', budgetRatio: 0.1, longMs: 60_000, shortMs: 15_000 },
    ]);
  });
  it('may count the bad ones', () => {
    const text = sloText().replace('good:', 'bad:');
    const [slo] = readSlos([{ file: 'f', text }]).slos;
    assert.equal(slo.indicator.good, undefined);
    assert.equal(slo.indicator.bad?.terms.length, 1);
  });
  it('may name an SLI of another file, beside kinds that have no effect', () => {
    const [head, indicator] = sloText().split('  indicator:\n');
    const slo = `${head}  indicatorRef: requests\n`;
    const spec = indicator.slice(indicator.indexOf('spec:')).replaceAll('\n    ', '\n');
    const sli = `apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: requests}\n${spec}`;
    const service = 'apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\nspec: {}\n';
    const files = [
      { file: 'a.yaml', text: slo },
      { file: 'b.yaml', text: `${service}---\n${sli}` },
    ];
    const { slos, faults } = readSlos(files);
    assert.deepEqual(faults, []);
    assert.equal(slos[0].definition, createSlo().definition);
    assert.deepEqual(readSlos(files.slice(0, 1)).faults.map(formatFault), [
      'a.yaml:10:17: there is no SLI "requests" in the SLO files',
    ]);
  });
  it('is told from other files', () => {
    assert.equal(isSloFile(sloText()), true);
    assert.equal(isSloFile(`- ${sloText().trim().replaceAll('\n', '\n  ')}`), true);
    assert.equal(isSloFile('groups: []'), false);
    assert.equal(isSloFile(''), false);
  });
});

describe('a fault of an SLO', () => {
  const check = (name: string, change: readonly [string, string], want: RegExp): void => {
    void it(name, () => {
      const text = sloText().replace(...change);
      assert.notEqual(text, sloText());
      const faults = faultsOf(text);
      assert.equal(faults.length, 1, faults.join('\n'));
      assert.match(faults[0], want);
    });
  };
  check('is 100 %', ['0.999', '1'], /^slo.yaml:9:25: 100 % leaves no budget/);
  check('is 0 %', ['0.999', '0'], /0 % is met by failing always/);
  check('is 99.9 as a target', ['0.999', '99.9'], /must be between 0 and 100 %, got 99.9/);
  check(
    'is an objective of thresholds',
    ['{target', '{op: lt, target'],
    /op is not supported by this/,
  );
  check(
    'is a second objective',
    ['0.999}', '0.999}, {target: 0.9}'],
    /a second objective is not supp/,
  );
  check('is no objective', ['{target: 0.999}', ''], /has no objectives/);
  check(
    'is a rate',
    ["query: 'requests_total'", "query: 'rate(requests_total[5m])'"],
    /^slo.yaml:16:64: cannot count "rate/,
  );
  check(
    'is another method',
    ['Occurrences', 'Timeslices'],
    /Timeslices is not supported by this version/,
  );
  check(
    'is no method at all',
    ['Occurrences', 'Sometimes'],
    /must be Occurrences, got "Sometimes"/,
  );
  check('is a rolling month', ['30d', '1M'], /a rolling window in M is not supported/);
  check('is a window of a second', ['30d', '1m'], /must be from 5m to 366d long, got 1m/);
  check('is a window without end', ['30d', '9999w'], /must be from 5m/);
  check('is a window in words', ['30d', 'a month'], /must be a number and one of m, h, d, w/);
  check(
    'is a fixed window without calendar',
    ['isRolling: true', 'isRolling: false'],
    /needs calendar/,
  );
  check(
    'is a zone that nobody knows',
    ['isRolling: true', 'calendar: {startTime: 2026-01-01 00:00:00, timeZone: Mars/Base}'],
    /must be an IANA time zone such as Europe\/Paris, got "Mars\/Base"/,
  );
  check(
    'is a start that is none',
    ['isRolling: true', 'calendar: {startTime: 2026-13-01 00:00:00, timeZone: UTC}'],
    /must be a time such as/,
  );
  check('is an estimate', ['counter: true', 'counter: false'], /without counter: true is not supp/);
  check(
    'is another source',
    ['type: Prometheus', 'type: Datadog'],
    /metric source Datadog is not supp/,
  );
  check(
    'is a name for no label',
    ['name: checkout', 'name: Check Out'],
    /metadata.name must be at most 63/,
  );
  check(
    'is another version',
    ['openslo/v1', 'openslo.com/v2alpha'],
    /v2alpha is not supported by this/,
  );
  check('is another format', ['openslo/v1', 'v1'], /apiVersion must be openslo\/v1, got "v1"/);
  check('is another kind', ['kind: SLO', 'kind: Deployment'], /kind "Deployment" is not known/);
  check('is a typing error', ['description', 'descriptoin'], /did you mean "description"/);
  check(
    'is a policy of alerts',
    ['  service: shop', '  service: shop\n  alertPolicies: [{alertPolicyRef: x}]'],
    /alertPolicies is not supported by this version/,
  );
  check(
    'is an annotation of ours that is unknown',
    ['displayName: Checkout', 'annotations: {nines.dev/alerts: x}'],
    /annotation nines.dev\/alerts is not known/,
  );
  check(
    'is in its own alerts',
    ['displayName: Checkout', 'annotations: {nines.dev/burn-rate-alerts: page 2%}'],
    /3:70: nines.dev\/burn-rate-alerts: cannot read "page 2%"/,
  );

  it('is the second SLO of a name', () => {
    const faults = faultsOf(`${sloText()}---\n${sloText()}`);
    assert.deepEqual(faults, ['slo.yaml:18:1: SLO "checkout" is declared twice']);
  });
  it('has a place in hostile text, too', () => {
    const seed = 20_260_403;
    const random = createSeededRandom(seed);
    const lines = sloText().split('\n');
    for (let round = 0; round < 150; round++) {
      const changed = lines.map((line) => {
        const kind = Math.floor(random.float() * 24);
        if (kind === 0) return '';
        if (kind === 1) return `${line} [`;
        if (kind === 2) return line.replace(/:.*/, ': {}');
        return kind === 3 ? line.slice(0, Math.floor(random.float() * line.length)) : line;
      });
      const text = changed.join('\n');
      const { faults } = readSlos([{ file: 'f', text }]);
      const isPlaced = faults.every(({ line, message }) => line > 0 && message !== '');
      assert.ok(isPlaced, `seed ${seed}, round ${round}`);
    }
  });
});

const DATA = join(
  process.env.NINES_CONFORMANCE ??
    fileURLToPath(new URL('../../../../../shared/conformance', import.meta.url)),
  'slo/openslo',
);
/** By the outputs of OpenSLO's own tools beside them, or by their names. */
const INVALID =
  /oslo\/inputs\/validate\/(v1|unknown-field|invalid-apiversion|mix\/2|recursive\/1)\.yaml$/;
const OTHER_VERSION = /v1alpha|v2alpha|mix\/[13]|nested\/|custom_config/;

describe('OpenSLO’s own files', { skip: !existsSync(DATA) && 'no conformance data' }, () => {
  const files = existsSync(DATA)
    ? readdirSync(DATA, { recursive: true, encoding: 'utf8' }).filter((file) =>
        /\.(ya?ml|json)$/.test(file),
      )
    : [];
  const read = (file: string) => readSlos([{ file, text: readFileSync(join(DATA, file), 'utf8') }]);
  const ofV1 = files.filter((file) => !OTHER_VERSION.test(file));

  it('are read where they are valid, or refused as not supported', () => {
    const valid = ofV1.filter((file) => !INVALID.test(file) && !/invalid_sli/.test(file));
    assert.ok(valid.length > 20, `only ${valid.length} files`);
    for (const file of valid) {
      const others = read(file).faults.filter(
        ({ message }) => !message.includes('not supported by this version'),
      );
      assert.deepEqual(others.map(formatFault), []);
    }
  });
  it('are refused where they are invalid', () => {
    const invalid = ofV1.filter((file) => INVALID.test(file) || /invalid_sli/.test(file));
    assert.equal(invalid.length, 6);
    for (const file of invalid) assert.notDeepEqual(read(file).faults, [], file);
  });
  it('are refused where they are of another version', () => {
    for (const file of files.filter((one) => /v1alpha|v2alpha/.test(one))) {
      assert.match(read(file).faults[0]?.message ?? '', /apiVersion .* is not supported/, file);
    }
  });
});
