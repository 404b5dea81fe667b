/** Metrics with their samples, and how they are written. */

export interface HostSample {
  /** After the family's name: `_bucket`, `_sum`; default nothing. */
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'untyped';
  readonly help: string;
  readonly samples: readonly HostSample[];
}

/** A family of one sample without labels. */
export function single(
  type: 'counter' | 'gauge',
  name: string,
  what: { readonly help: string; readonly value: number },
): Family {
  return { name, type, help: what.help, samples: [{ value: what.value }] };
}

/** Writes families in the text format 0.0.4; those without samples are left out. */
export function formatFamilies(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const sample of samples) lines.push(formatSample(name, sample));
  }
  return `${lines.join('\n')}\n`;
}

function formatSample(name: string, { suffix = '', labels = {}, value }: HostSample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeValue(text)}"`);
  const braces = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${suffix}${braces} ${value}`;
}

function escapeValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
