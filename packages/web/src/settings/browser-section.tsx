import { Button, type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { useState } from 'react';
import { Section } from '../kit/section.tsx';
import { Segments } from '../kit/segments.tsx';
import { isChimeOn, playChime, setChime } from '../live/chime.ts';
import { notificationState } from '../live/notification.ts';
import { LANGUAGE_NAMES, LANGUAGES } from '../messages/language.ts';
import { t } from '../messages/translate.ts';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';
import { COLOR_SCHEMES } from '../theme/theme.ts';
import styles from './settings.module.css';

/** What is kept in this browser only: how a page calls here, and how it looks. */
export function BrowserSection() {
  return (
    <Section isPanel title={t('settings.browser')}>
      <Notifications />
      <Chime />
      <Theme />
      <LanguageChoice />
    </Section>
  );
}

function Notifications() {
  const [state, setState] = useState(notificationState);
  const ask = () => {
    Notification.requestPermission().then(
      () => setState(notificationState()),
      () => setState(notificationState()),
    );
  };
  return (
    <div className={styles.row}>
      <div>
        <b>{t('settings.notifications')}</b>
        <p>{t(`settings.notifications.${state}`)}</p>
      </div>
      {state === 'default' && <Button onClick={ask}>{t('settings.notifications.allow')}</Button>}
    </div>
  );
}

const CHIMES = ['off', 'on'] as const;

function Chime() {
  const { storage } = useServices();
  const [isOn, setOn] = useState(() => isChimeOn(storage));
  const choose = (value: (typeof CHIMES)[number]) => {
    setChime(storage, value === 'on');
    setOn(value === 'on');
    if (value === 'on') playChime();
  };
  return (
    <div className={styles.row}>
      <div>
        <b>{t('settings.chime')}</b>
        <p>{t('settings.chime.text')}</p>
      </div>
      <Segments
        label={t('settings.chime')}
        options={CHIMES.map((value) => ({ value, label: t(`settings.chime.${value}`) }))}
        value={isOn ? 'on' : 'off'}
        onChange={choose}
      />
    </div>
  );
}

function Theme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const labels: Readonly<Record<MantineColorScheme, string>> = {
    auto: t('settings.theme.auto'),
    light: t('settings.theme.light'),
    dark: t('settings.theme.dark'),
  };
  return (
    <div className={styles.row}>
      <b>{t('settings.theme')}</b>
      <Segments
        label={t('settings.theme')}
        options={COLOR_SCHEMES.map((value) => ({ value, label: labels[value] }))}
        value={colorScheme}
        onChange={setColorScheme}
      />
    </div>
  );
}

function LanguageChoice() {
  const { language, speak } = useServices();
  return (
    <div className={styles.row}>
      <b>{t('settings.language')}</b>
      <Segments
        label={t('settings.language')}
        options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        value={useStore(language)}
        onChange={speak}
      />
    </div>
  );
}
