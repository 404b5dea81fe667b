/** Short messages about what the viewer just did, most of all when it did not work. */
import { createStore, type Store } from '../platform/store.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'failure' | 'done';
  readonly title: string;
  readonly text: string;
}

export interface Toasts {
  readonly store: Store<readonly Toast[]>;
  readonly show: (toast: Omit<Toast, 'id'>) => void;
  readonly dismiss: (id: number) => void;
}

const TOAST_COUNT_MAX = 4;

export function createToasts(): Toasts {
  const store = createStore<readonly Toast[]>([]);
  let nextId = 1;
  return {
    store,
    show: (toast) => {
      const id = nextId;
      nextId += 1;
      store.update((toasts) => [...toasts, { ...toast, id }].slice(-TOAST_COUNT_MAX));
    },
    dismiss: (id) => store.update((toasts) => toasts.filter((toast) => toast.id !== id)),
  };
}
