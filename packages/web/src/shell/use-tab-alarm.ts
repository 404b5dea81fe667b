import { useEffect } from 'react';
import { t } from '../messages/translate.ts';

const FLASH_MS = 1000;
const CALM_ICON = '/favicon.svg';
const ALARM_ICON = '/favicon-page.svg';

/** Makes the tab itself call: its icon, and a title that alternates unless motion is unwanted. */
export function useTabAlarm(title: string | undefined): void {
  useEffect(() => {
    if (title === undefined) return undefined;
    const alarmTitle = t('alarm.tab', { title });
    let calmTitle = document.title;
    const show = () => {
      calmTitle = document.title;
      document.title = alarmTitle;
    };
    // Another page may have set its own title meanwhile: that one comes back.
    const hide = () => {
      if (document.title === alarmTitle) document.title = calmTitle;
    };
    const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const flash = () => {
      if (document.title !== alarmTitle) show();
      else if (!isStill) hide();
    };
    show();
    setIcon(ALARM_ICON);
    const timer = setInterval(flash, FLASH_MS);
    return () => {
      clearInterval(timer);
      hide();
      setIcon(CALM_ICON);
    };
  }, [title]);
}

function setIcon(href: string): void {
  document.querySelector('link[rel="icon"]')?.setAttribute('href', href);
}
