/** Which rule is explained, and as of when, kept in the URL: a link to it is an answer. */

export interface WhyState {
  /** '': the list of rules. */
  readonly rule: string;
  readonly group: string;
  /** Undefined: now. */
  readonly atMs: number | undefined;
}

export function parseWhy(search: string): WhyState {
  const params = new URLSearchParams(search);
  const at = params.get('at') ?? '';
  return {
    rule: params.get('rule') ?? '',
    group: params.get('group') ?? '',
    atMs: /^\d{1,15}$/.test(at) ? Number(at) : undefined,
  };
}

export function formatWhy({ rule, group, atMs }: WhyState): string {
  const params = new URLSearchParams();
  if (rule !== '') params.set('rule', rule);
  if (group !== '') params.set('group', group);
  if (atMs !== undefined) params.set('at', String(Math.round(atMs)));
  return params.toString();
}

/** Where a rule is explained; without a rule the list of them. */
export function whyPath(state: Partial<WhyState>): string {
  const search = formatWhy({ rule: '', group: '', atMs: undefined, ...state });
  return search === '' ? '/why' : `/why?${search}`;
}
