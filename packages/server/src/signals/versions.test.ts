import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSelector } from '../promql/index.ts';
import { createLabelsFromPairs } from '../series/index.ts';
import { listVersions } from './versions.ts';

/** `version at instance, instance by metric`, one each. */
const check = (infos: readonly string[], want: readonly string[]): void => {
  const labels = infos.map((info) =>
    createLabelsFromPairs(
      parseSelector(info).map(({ name, value }): [string, string] => [name, value]),
    ),
  );
  assert.deepEqual(
    listVersions(labels).map(
      ({ version, instances, source }) => `${version} at ${instances.join(', ')} by ${source}`,
    ),
    want,
  );
};

describe('listVersions', () => {
  it('groups instances by version, the most first', () =>
    check(
      [
        'shop_build_info{instance="c",version="1.2"}',
        'shop_build_info{instance="b",version="1.3"}',
        'shop_build_info{instance="a",version="1.2"}',
      ],
      ['1.2 at a, c by shop_build_info', '1.3 at b by shop_build_info'],
    ));
  it("prefers OpenTelemetry's resource to everything else", () =>
    check(
      [
        'target_info{instance="a",service_version="7"}',
        'shop_build_info{instance="a",version="8"}',
      ],
      ['7 at a by target_info'],
    ));
  it('goes on where the resource has no version', () =>
    check(
      ['target_info{instance="a",service_name="x"}', 'app_version{instance="a",version="8"}'],
      ['8 at a by app_version'],
    ));
  it('takes the commit where the version says nothing', () =>
    check(
      ['app_build_info{instance="a",version="(devel)",revision="c0ffee"}'],
      ['c0ffee at a by app_build_info'],
    ));
  it("takes Go's own word last", () =>
    check(
      [
        'go_build_info{instance="a",version="v1.0.0",path="shop"}',
        'shop_build_info{instance="a",version="2"}',
        'go_build_info{instance="b",version="(devel)"}',
      ],
      ['2 at a by shop_build_info'],
    ));
  it('shows both where one instance changes over', () =>
    check(
      [
        'target_info{instance="a",service_version="1"}',
        'target_info{instance="a",service_version="2"}',
      ],
      ['1 at a by target_info', '2 at a by target_info'],
    ));
  it('leaves out versions of runtimes, libraries and the host', () =>
    check(
      [
        'nodejs_version_info{instance="a",version="v26.10.0"}',
        'go_info{instance="a",version="go1.26"}',
        'python_info{instance="a",version="3.14"}',
        'jvm_info{instance="a",version="25"}',
        'node_os_info{instance="a",version="12"}',
      ],
      [],
    ));
});
