/** Every field that the documentation of the other programs lists is known to the readers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { checkExpression } from './expression-check.ts';
import { loadReport, type ReportKind } from './report-files.ts';

const TABLE = new URL('testdata/documented-fields.txt', import.meta.url);
const LINE = /^(?<kind>config|rules|probes|alertmanager) (?<path>\S+): (?<names>.+)$/;

/** Documented for Alertmanager 0.34; files are judged as by 0.33 (docs/formats). */
const ABSENT: ReadonlySet<string> = new Set([
  'alertmanager route.labels',
  'alertmanager receivers[0].sns_configs[0].sigv4.external_id',
]);

interface DocumentedField {
  readonly kind: ReportKind;
  /** The maps and lists around it: `scrape_configs[]`, `oauth2`. */
  readonly owners: readonly string[];
  readonly name: string;
}

function* readTable(): Generator<DocumentedField> {
  for (const line of readFileSync(TABLE, 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const { kind = '', path = '', names = '' } = LINE.exec(line)?.groups ?? {};
    assert.ok(
      kind === 'config' || kind === 'rules' || kind === 'probes' || kind === 'alertmanager',
    );
    const owners = path === '.' ? [] : path.split('.');
    for (const name of names.split(' ')) yield { kind, owners, name };
  }
}

/** A document with this field alone, in the flow style that JSON is. */
function write({ owners, name }: DocumentedField): string {
  const inner: unknown = { [name]: 'x' };
  const document = owners.reduceRight<unknown>((value, owner) => {
    return owner.endsWith('[]') ? { [owner.slice(0, -2)]: [value] } : { [owner]: value };
  }, inner);
  return JSON.stringify(document);
}

void it('knows every documented field, and reads it or says that it does not', async () => {
  const wrong: string[] = [];
  let count = 0;
  const reports = {
    config: await loadReport('config'),
    rules: await loadReport('rules'),
    probes: await loadReport('probes'),
    alertmanager: await loadReport('alertmanager'),
  };
  for (const field of readTable()) {
    const lines = reports[field.kind]({
      file: 'f.yml',
      text: write(field),
      format: { checkExpression },
      readNamed: () => [],
    });
    const path = [...field.owners, field.name].join('.').replaceAll('[]', '[0]');
    const line = lines.find((one) => one.path === path);
    const name = `${field.kind} ${path}`;
    count++;
    if (line === undefined) wrong.push(`${name}: no line`);
    else if (/" is not known in |nothing here reads it/.test(line.message)) {
      if (!ABSENT.has(name)) wrong.push(`${name}: ${line.verdict}: ${line.message}`);
    } else if (ABSENT.has(name)) wrong.push(`${name} is read, and stands in ABSENT`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(count > 1000, `only ${count} fields`);
});
