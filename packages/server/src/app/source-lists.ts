/**
 * Names, values and label sets of other servers.
 *
 * By `promql` they are asked as Prometheus' API lists them. By remote read a server's series carry
 * its external labels, which its own lists do not know: there a selector is answered with the
 * series themselves, without their samples, and only a list of everything with the API.
 */
import { carriedTexts, type Listed, type ListQuestion, listSelectors } from '../http/index.ts';
import {
  createReadRequest,
  formatSelector,
  narrowMatchers,
  readLabelSets,
  readReadLabels,
  readTexts,
} from '../remote/index.ts';
import { labelValue, type Matcher, mergeLabels } from '../series/index.ts';
import type { SourceConfig } from './source-config.ts';
import {
  createFormRequest,
  createReadPost,
  type SourceRequest,
  type SourceSender,
} from './source-request.ts';

/** One request of those that a question needs, and what its answer means. */
export interface ListRequest {
  readonly request: SourceRequest;
  readonly read: (body: Uint8Array) => Listed;
}

/** The requests that a question needs of one source; none where no series of it can match. */
export function planLists(
  config: SourceConfig,
  question: ListQuestion,
  sender: SourceSender,
): readonly ListRequest[] {
  const selectors = listSelectors(question).flatMap((selector) => {
    const narrowed = narrowMatchers(selector, config.labels);
    return narrowed === undefined ? [] : [narrowed];
  });
  if (selectors.length === 0) return [];
  const isAll = selectors.some((selector) => selector.length === 0);
  if (config.protocol === 'promql' || (isAll && question.wants !== 'series')) {
    const asked = isAll && question.wants !== 'series' ? [] : selectors;
    return [planForm(config, { ...question, selectors: asked }, sender)];
  }
  return selectors.map((selector) => planRead(config, { question, selector }, sender));
}

function planForm(config: SourceConfig, question: ListQuestion, sender: SourceSender): ListRequest {
  const { wants, label, selectors, limit } = question;
  const form: (readonly [string, string])[] = [
    ['start', formatSeconds(question.fromMs)],
    ['end', formatSeconds(question.toMs)],
    ...selectors.map((selector) => ['match[]', formatSelector(selector)] as const),
  ];
  // One more tells that there are more.
  if (limit !== undefined) form.push(['limit', String(limit + 1)]);
  const { labels } = config;
  if (wants === 'series') {
    return {
      request: createFormRequest(config, sender, { path: 'series', form }),
      read(body) {
        const { items, warnings } = readLabelSets(body);
        return { texts: [], series: items.map((one) => mergeLabels(labels, one)), warnings };
      },
    };
  }
  const carried = carriedTexts(question, labels);
  // Of a label that all of its series carry here the source itself knows nothing.
  const isNames = wants === 'names' || carried.length > 0;
  const path = isNames ? 'labels' : `label/${encodeLabel(label)}/values`;
  return {
    request: createFormRequest(config, sender, { path, form, isGet: !isNames }),
    read(body) {
      const { items, warnings } = readTexts(body);
      const own = wants === 'values' && isNames ? [] : items;
      return { texts: items.length === 0 ? [] : [...own, ...carried], series: [], warnings };
    },
  };
}

function planRead(
  config: SourceConfig,
  what: { readonly question: ListQuestion; readonly selector: readonly Matcher[] },
  sender: SourceSender,
): ListRequest {
  const { question, selector } = what;
  const { wants, label, fromMs, toMs } = question;
  const body = createReadRequest({ matchers: selector, fromMs, toMs }, 'series');
  return {
    request: createReadPost(config, body, sender),
    read(answer) {
      const { items, warnings } = readReadLabels(answer);
      const series = items.map((one) => mergeLabels(config.labels, one));
      if (wants === 'series') return { texts: [], series, warnings };
      const texts = new Set<string>();
      for (const one of series) {
        if (wants === 'values') texts.add(labelValue(one, label));
        else for (const name of one.names) texts.add(name);
      }
      texts.delete('');
      return { texts: [...texts], series: [], warnings };
    },
  };
}

function formatSeconds(timeMs: number): string {
  return String(timeMs / 1000);
}

/** Names that are no identifiers are written in Prometheus' escaping: U__ and code points. */
function encodeLabel(name: string): string {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return name;
  const escaped = Array.from(name, (character) => {
    if (character === '_') return '__';
    if (/[a-zA-Z0-9:]/.test(character)) return character;
    return `_${(character.codePointAt(0) ?? 0).toString(16)}_`;
  });
  return `U__${escaped.join('')}`;
}
