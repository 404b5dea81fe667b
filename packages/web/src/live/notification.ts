/** The operating system's notifications: a page must reach who looks at another window. */
import type { BrowserPage } from '@nines/contract';

export type NotificationState = 'granted' | 'denied' | 'default' | 'unsupported';

export function notificationState(): NotificationState {
  // Browsers offer them on secure origins only.
  if (!('Notification' in window) || !window.isSecureContext) return 'unsupported';
  return Notification.permission;
}

export function showNotification(page: BrowserPage, onOpen: () => void): void {
  if (notificationState() !== 'granted') return;
  try {
    const notification = new Notification(page.title, {
      body: page.body,
      tag: page.alertId,
      icon: '/favicon-page.svg',
      requireInteraction: true,
    });
    notification.addEventListener('click', () => {
      window.focus();
      notification.close();
      onOpen();
    });
  } catch {
    // Android allows them from service workers only; the banner on the page is there anyway.
  }
}
