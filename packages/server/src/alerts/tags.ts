/**
 * Free words that people put on alerts, to find out later what their time went into. Colons make
 * levels: `cause:network:switch` is also found by `cause:network` and `cause`.
 */
import { invalid } from '../platform/index.ts';
import { beginDraft, type DecisionContext } from './draft.ts';
import { TAG_CHARS_MAX, TAGS_MAX } from './limits.ts';
import type { AlertFile, Change } from './model.ts';

/** A letter or a digit first, so that a tag is told from an option and from punctuation. */
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}_.:/-]*$/u;

/** Holds tags against their rules, and drops repeats; throws `ALERT_TAGS_INVALID`. */
export function readTags(texts: readonly string[]): readonly string[] {
  const tags = [...new Set(texts)];
  if (tags.length > TAGS_MAX) {
    const message = `an alert takes at most ${TAGS_MAX} tags, got ${tags.length}`;
    throw invalid('ALERT_TAGS_INVALID', message);
  }
  for (const tag of tags) {
    if (TAG.test(tag) && tag.length <= TAG_CHARS_MAX) continue;
    const want = `want up to ${TAG_CHARS_MAX} letters, digits and _ . : / -, a letter or digit first`;
    throw invalid('ALERT_TAGS_INVALID', `cannot use "${tag}" as a tag; ${want}`);
  }
  return tags;
}

/** A person replaces the tags of an alert; its history says what came and what went. */
export function setTags(
  file: AlertFile,
  by: { readonly who: string; readonly tags: readonly string[] },
  context: DecisionContext,
): Change | undefined {
  const { who, tags } = by;
  const before = file.alert.tags;
  const added = tags.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !tags.includes(tag));
  if (added.length === 0 && removed.length === 0) return undefined;
  const draft = beginDraft(file, context);
  draft.setAlert({ tags });
  const parts = [
    ...(added.length > 0 ? [`tagged it ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`took off ${removed.join(', ')}`] : []),
  ];
  draft.note('alert.tagged', `${who} ${parts.join(' and ')}`, { actor: who });
  return draft.finish();
}

/** Whether a tag or one of the levels above it is the wanted one. */
export function hasTag(tags: readonly string[], wanted: string): boolean {
  return tags.some((tag) => tag === wanted || tag.startsWith(`${wanted}:`));
}
