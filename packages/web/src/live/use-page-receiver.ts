import type { BrowserPage } from '@nines/contract';
import { useCallback } from 'react';
import { useLocation } from 'wouter';
import { alertPath } from '../chips/alert-path.ts';
import { noteArrival, noteShown } from '../first-week/test-page.ts';
import { useServices } from '../services.ts';
import { raiseAlarm } from './alarm.ts';
import { isChimeOn, playChime } from './chime.ts';
import { showNotification } from './notification.ts';

/** Takes a page: on screen first, then the confirmation that it is, then whatever else calls. */
export function usePageReceiver(): (page: BrowserPage) => void {
  const { alarms, client, stopwatch, storage, testPage, toasts } = useServices();
  const [, navigate] = useLocation();
  return useCallback(
    (page: BrowserPage) => {
      const arrivedMs = stopwatch();
      // Behind a test there is nothing to take or to open: it is read and gone.
      if (page.isTest === true) toasts.show({ tone: 'done', title: page.title, text: page.body });
      else alarms.update((list) => raiseAlarm(list, page));
      testPage.update((run) => run && noteArrival(run, page.alertId, arrivedMs));
      afterPaint(() => {
        const shownMs = stopwatch();
        testPage.update((run) => run && noteShown(run, page.alertId, shownMs));
      });
      // Unconfirmed it counts as not delivered, and the server goes on to the next way to tell.
      client('confirmPage', { params: { id: page.id } }).catch(() => undefined);
      showNotification(page, () => {
        if (page.isTest !== true) navigate(alertPath(page.alertId));
      });
      if (isChimeOn(storage)) playChime();
    },
    [alarms, client, stopwatch, storage, testPage, toasts, navigate],
  );
}

/** In the frame after the next one the next one has been painted. */
function afterPaint(run: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(run));
}
