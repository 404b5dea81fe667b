import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from '../packages/server/src/app/config.ts';
import { checkExpression } from '../packages/server/src/app/expression-check.ts';
import { formatNinesConfig } from './nines-config.ts';
import { readOptions } from './options.ts';
import { INSTANCES } from './shop.ts';

describe('what the demo tells Nines', () => {
  it('is a configuration without fault, rules and objectives included', () => {
    const instances = INSTANCES.map((one, at) => ({ ...one, port: 9_000 + at }));
    const text = formatNinesConfig({ instances, controlUrl: 'http://127.0.0.1:8999' });
    const { config, faults } = readConfig({ text, file: '/demo/nines.yaml', checkExpression });
    assert.deepEqual(faults, []);
    assert.equal(config.demoControl?.origin, 'http://127.0.0.1:8999');
    assert.deepEqual(
      config.services.map(({ name, playbook }) => [name, playbook]),
      ['front', 'cart', 'pay'].map((name) => [name, `http://127.0.0.1:8999/playbooks/${name}`]),
    );
    assert.equal(config.rules.files.length, 1);
  });
});

describe('the demo’s options', () => {
  const checkRefused = (args: readonly string[], why: RegExp): void => {
    const options = readOptions(args);
    assert.match(typeof options === 'string' ? options : '', why);
  };

  it('have defaults, and say what is not understood', () => {
    const usual = readOptions([]);
    assert.ok(typeof usual === 'object');
    assert.deepEqual(
      [usual.listen, usual.isAuthRequired, usual.isFresh],
      ['127.0.0.1:9999', true, false],
    );
    const other = readOptions(['--listen', ':1', '--auth=none', '--fresh']);
    assert.ok(typeof other === 'object');
    assert.deepEqual([other.listen, other.isAuthRequired, other.isFresh], [':1', false, true]);
    checkRefused(['--auth', 'basic'], /--auth knows "none" only/);
    checkRefused(['--port', '1'], /Unknown option '--port'/);
    checkRefused(['now'], /Unexpected argument 'now'/);
  });
});
