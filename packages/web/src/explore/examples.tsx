import { t } from '../messages/translate.ts';
import styles from './explore.module.css';

/** They work on every server, for they ask about scraping itself. */
const EXAMPLES = [
  { expression: 'up', text: 'explore.example.up' },
  { expression: 'sum by (job) (scrape_samples_scraped)', text: 'explore.example.samples' },
  { expression: 'max by (job) (scrape_duration_seconds)', text: 'explore.example.duration' },
  { expression: 'topk(10, count by (__name__) ({__name__!=""}))', text: 'explore.example.names' },
] as const;

/** An empty Explore teaches by what can be pressed. */
export function Examples({ onChoose }: { readonly onChoose: (expression: string) => void }) {
  return (
    <div className={styles.examples}>
      <p>{t('explore.examples')}</p>
      <ul>
        {EXAMPLES.map(({ expression, text }) => (
          <li key={expression}>
            <button type="button" onClick={() => onChoose(expression)}>
              <code>{expression}</code>
              <span>{t(text)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
