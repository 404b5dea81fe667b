import type { ReactNode } from 'react';
import type { Place } from './places.ts';
import styles from './rail.module.css';

/** Drawn on a grid of 20, with one stroke: on a phone the words alone are too many. */
const SHAPES: Readonly<Record<Place['id'], ReactNode>> = {
  demo: <path d="M6.5 4.5v11l9-5.5z" />,
  board: <path d="M3.5 3.5h5.5v7H3.5zM12 3.5h4.5v4H12zM12 10.5h4.5v6H12zM3.5 13.5h5.5v3H3.5z" />,
  alerts: <path d="M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.5 18h3" />,
  objectives: (
    <>
      <circle cx="10" cy="10" r="7" />
      <circle cx="10" cy="10" r="3" />
    </>
  ),
  services: (
    <path d="M10 2.5l6.5 3.75v7.5L10 17.5l-6.5-3.75v-7.5zM3.5 6.25L10 10l6.5-3.75M10 10v7.5" />
  ),
  boards: <path d="M3.5 3.5h13v13h-13zM6 13l2.5-3.5 2 2L14 7" />,
  explore: <path d="M3 16.5h14M3.5 13l4-5 3.5 3 5-7" />,
  targets: (
    <path d="M4 10h2m8 0h2M10 4v2m0 8v2M10 10h.01M5.8 5.8a6 6 0 0 1 8.4 8.4 6 6 0 0 1-8.4-8.4" />
  ),
  settings: <path d="M3 6h7m4 0h3M3 14h3m4 0h7M12 4v4M8 12v4" />,
};

/** Stands for a page where there is no room for its name alone. */
export function PlaceIcon({ id }: { readonly id: Place['id'] }) {
  return (
    <svg className={styles.icon} viewBox="0 0 20 20" aria-hidden="true">
      {SHAPES[id]}
    </svg>
  );
}

/** Stands for the places that have no room of their own. */
export function MoreIcon() {
  return (
    <svg className={styles.icon} viewBox="0 0 20 20" aria-hidden="true">
      <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" />
    </svg>
  );
}
