/** Words that people put on alerts; the server holds them to the same. */
export const TAG_LENGTH_MAX = 60;
export const TAG_COUNT_MAX = 20;

const TAG = /^[\p{L}\p{N}][\p{L}\p{N}_.:/-]*$/u;

/** What was typed as a tag: spaces become dashes; undefined where it cannot be one. */
export function parseTag(text: string): string | undefined {
  const tag = text.trim().replaceAll(/\s+/g, '-');
  return tag.length <= TAG_LENGTH_MAX && TAG.test(tag) ? tag : undefined;
}

/** The tags with one more; a tag is there once. */
export function addTag(tags: readonly string[], tag: string): readonly string[] {
  return tags.includes(tag) || tags.length >= TAG_COUNT_MAX ? tags : [...tags, tag];
}

/** All tags that alerts on screen have, the most used first. */
export function listKnownTags(
  alerts: readonly { readonly tags: readonly string[] }[],
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { tags } of alerts) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([tag]) => tag);
}
