import type { SentencePart } from './sentence.ts';
import styles from './sentence-text.module.css';

/** A computed sentence; the part that is urgent in its colour. */
export function SentenceText({ parts }: { readonly parts: readonly SentencePart[] }) {
  return parts.map((part, index) => (
    // The parts of one sentence never change their order.
    <span key={index} className={styles.part} data-tone={part.tone}>
      {index === 0 ? part.text : ` ${part.text}`}
    </span>
  ));
}
