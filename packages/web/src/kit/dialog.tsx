import { type ReactNode, useEffect, useRef } from 'react';
import styles from './dialog.module.css';

/**
 * A modal on the browser's own dialog element, which keeps the focus inside, closes on Escape and
 * gives the focus back, without a library.
 */
export function Dialog(props: {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-label={props.label}
      onClose={props.onClose}
      // Only the backdrop is the dialog itself; everything else is in the body.
      onPointerDown={(event) => {
        if (event.target === ref.current) props.onClose();
      }}
    >
      <div className={styles.body}>{props.children}</div>
    </dialog>
  );
}
