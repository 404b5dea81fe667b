import styles from './code-block.module.css';
import { CopyButton } from './copy-button.tsx';

/** A few lines of configuration to copy. */
export function CodeBlock(props: {
  readonly code: string;
  readonly label: string;
  /** What the button says, where it is more than that it copies. */
  readonly copy?: string;
}) {
  return (
    <div className={styles.block}>
      <pre aria-label={props.label}>{props.code}</pre>
      <CopyButton
        text={props.code}
        className={styles.copy}
        {...(props.copy === undefined ? {} : { label: props.copy })}
      />
    </div>
  );
}
