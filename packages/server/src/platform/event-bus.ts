/**
 * What must travel up travels as a typed event.
 *
 * Publishing calls the listeners at once, in order of subscription. A listener only takes note
 * (sets a flag, queues a bounded entry); its work runs at its own pace. A listener that throws is
 * a bug and is reported, and does not keep the others from hearing.
 */

/** Events by name: past tense, dotted. Each owner declares its own and `app` joins them. */
export type EventMap = object;

export interface EventBus<Events extends EventMap> {
  publish<Name extends keyof Events>(name: Name, event: Events[Name]): void;
  /** Starts listening; call the answer to stop. */
  subscribe<Name extends keyof Events>(
    name: Name,
    listener: (event: Events[Name]) => void,
  ): () => void;
}

/** Builds a bus. */
export function createEventBus<Events extends EventMap>(
  onBug: (error: unknown) => void,
): EventBus<Events> {
  const listeners: { [Name in keyof Events]?: Set<(event: Events[Name]) => void> } = {};
  return {
    publish(name, event) {
      for (const listener of listeners[name] ?? []) {
        try {
          listener(event);
        } catch (error) {
          onBug(error);
        }
      }
    },
    subscribe(name, listener) {
      const set = listeners[name] ?? new Set();
      listeners[name] = set;
      set.add(listener);
      return () => void set.delete(listener);
    },
  };
}
