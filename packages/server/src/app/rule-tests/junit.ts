/** What came of unit tests of rules as JUnit XML, in the shape that promtool gives it. */
import type { RuleTestReport } from '../../cli/index.ts';

/** Writes reports: a suite for each file, a case for each test. */
export function formatJunit(reports: readonly RuleTestReport[]): string {
  return `<testsuites>${reports.map(formatSuite).join('')}</testsuites>\n`;
}

function formatSuite({ file, startedAtMs, faults, tests }: RuleTestReport): string {
  const failureCount = tests.reduce((sum, { failures }) => sum + failures.length, 0);
  const counts: readonly (readonly [string, string | number])[] = [
    ['name', file],
    ['tests', faults.length > 0 ? 1 : tests.length],
    ['failures', failureCount],
    ['errors', faults.length > 0 ? 1 : 0],
    ['skipped', 0],
    ['timestamp', new Date(startedAtMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)],
  ];
  const attributes = counts.map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`);
  const broken =
    faults.length > 0
      ? `<testcase name="unknown"><error>${escapeXml(faults.join('\n'))}</error></testcase>`
      : '';
  return `<testsuite${attributes.join('')}>${broken}${tests.map(formatCase).join('')}</testsuite>`;
}

function formatCase({ name, failures }: RuleTestReport['tests'][number]): string {
  const parts = failures.map(({ text }) => `<failure>${escapeXml(text)}</failure>`);
  return `<testcase name="${escapeXml(name)}">${parts.join('')}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\n': '&#xA;',
  '\t': '&#x9;',
  '\r': '&#xD;',
};

/** Text that XML cannot hold at all becomes the character that stands for such. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"'\n\t\r]/g, (character) => ENTITIES[character]);
}
