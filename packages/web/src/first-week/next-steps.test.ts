import assert from 'node:assert/strict';
import test from 'node:test';
import { alertmanagerLines, describeFile, prometheusLines } from './next-steps.ts';

test('lines go into the file in force, else into the one that would be read', () => {
  const check = (configFile: string | null, configFolder: string, path: string) =>
    assert.equal(describeFile({ steps: [], configFile, configFolder }).path, path);
  check('/etc/nines/nines.yaml', '/x', '/etc/nines/nines.yaml');
  check(null, '/home/mina', '/home/mina/nines.yaml');
  check(null, '/', '/nines.yaml');
  check(null, 'C:\\nines', 'C:\\nines\\nines.yaml');
  assert.equal(describeFile({ steps: [], configFile: null, configFolder: '/x' }).isRead, false);
});

test('Prometheus is pointed at this server, below a path where there is one', () => {
  assert.equal(
    prometheusLines('http://10.0.0.7:9999', false),
    `alerting:
  alertmanagers:
    - scheme: http
      api_version: v2
      static_configs: [{ targets: ['10.0.0.7:9999'] }]`,
  );
  const behindProxy = prometheusLines('https://ops.example.org/nines/', true);
  assert.match(behindProxy, /scheme: https\n {6}path_prefix: \/nines\n/);
  assert.match(behindProxy, /credentials_file: \/etc\/prometheus\/nines-token/);
  assert.match(behindProxy, /targets: \['ops\.example\.org'\]/);
});

test('an Alertmanager gets a receiver with the whole address', () => {
  const lines = alertmanagerLines('http://10.0.0.7:9999/', false);
  assert.match(lines, /- url: http:\/\/10\.0\.0\.7:9999\/api\/nines\/v1\/alertmanager\n/);
  assert.doesNotMatch(lines, /credentials_file/);
});
