/** A story outlives a reload: it is kept in this browser until the next one begins. */
import type { Storage } from '../platform/browser.ts';
import type { Story } from './story.ts';

const KEY = 'nines.demoStory';

export function keepStory(storage: Storage, story: Story): void {
  storage.write(KEY, JSON.stringify(story));
}

/** What was kept; undefined for nothing, and for what another version kept. */
export function readStory(storage: Storage): Story | undefined {
  try {
    const kept: unknown = JSON.parse(storage.read(KEY) ?? 'null');
    return isStory(kept) ? kept : undefined;
  } catch {
    // Cut short by a full disk: the next look at the server begins the story anew.
    return undefined;
  }
}

function isStory(value: unknown): value is Story {
  if (typeof value !== 'object' || value === null) return false;
  const field = (name: string): unknown => Reflect.get(value, name);
  const isRecord = (name: string): boolean =>
    typeof field(name) === 'object' && field(name) !== null;
  return (
    typeof field('faultId') === 'string' &&
    typeof field('brokenAt') === 'number' &&
    isRecord('budgetsBefore') &&
    isRecord('failuresBefore')
  );
}
