import type { Settings } from '@nines/contract';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { Section } from '../kit/section.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './config-section.module.css';
import { LESSONS } from './lessons.ts';
import { findFaultLines, findIgnoredLines, shortenPlace } from './headline.ts';

/** The configuration file as it was read; it is changed where it lives, in git and by review. */
export function ConfigSection({ config }: { readonly config: Settings['config'] }) {
  const faultLines = findFaultLines(config.faults, config.file);
  const ignoredLines = findIgnoredLines(config.ignored, config.file, config.text);
  return (
    <Section title={config.file ?? t('settings.config')} note={t('settings.config.note')}>
      {config.faults.length > 0 && (
        <div className={styles.faults}>
          <UrgencyText level="ticket">{t('settings.config.rejected')}</UrgencyText>
          <ul>
            {config.faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        </div>
      )}
      <Remarks title={t('settings.config.ignored')} lines={config.ignored} file={config.file} />
      <Remarks title={t('settings.config.advice')} lines={config.advice} file={config.file} />
      {config.text === '' ? (
        <EmptyLesson
          title={t('settings.config.none')}
          text={t('settings.config.none.text')}
          code={{ text: LESSONS.config, label: t('settings.lesson') }}
        />
      ) : (
        <ol className={styles.file}>
          {config.text
            .replace(/\n$/, '')
            .split('\n')
            .map((line, index) => (
              <li
                key={index}
                data-fault={faultLines.has(index + 1) ? '' : undefined}
                data-ignored={ignoredLines.has(index + 1) ? '' : undefined}
              >
                <code>{line}</code>
              </li>
            ))}
        </ol>
      )}
    </Section>
  );
}

interface RemarksProps {
  readonly title: string;
  readonly lines: readonly string[];
  readonly file: string | null;
}

/** Who brings a file of another program along sees here what was not taken. */
function Remarks({ title, lines, file }: RemarksProps) {
  if (lines.length === 0) return null;
  return (
    <div className={styles.remarks}>
      <UrgencyText level="log">{title}</UrgencyText>
      <ul>
        {lines.map((line) => (
          <li key={line}>{shortenPlace(line, file)}</li>
        ))}
      </ul>
    </div>
  );
}
