/** What a job's configuration says so that metrics of it are dropped, as YAML. */
export function formatDropRule(names: readonly string[]): string {
  const regex = names.map((name) => name.replaceAll(/[.+*?^$()[\]{}|\\]/g, '\\$&')).join('|');
  const quoted = `'${regex.replaceAll("'", "''")}'`;
  return [
    'metric_relabel_configs:',
    '  - source_labels: [__name__]',
    `    regex: ${quoted}`,
    '    action: drop',
    '',
  ].join('\n');
}
