/** Notices, and all who hear of them: open pages, and readers of Prometheus' notifications. */
import type { Notice } from '@nines/contract';
import {
  createNotificationHub,
  type EventHub,
  formatInstant,
  type Notification,
  type NotificationHub,
} from '../http/index.ts';
import type { Clock } from '../platform/index.ts';
import { createNotices, type Notices } from './notices.ts';

/** Builds the list, and what tells of it. */
export function createAppNotices(
  clock: Clock,
  hub: Pick<EventHub, 'publish'>,
): { readonly notices: Notices; readonly notifications: NotificationHub } {
  const notices = createNotices(clock, () => {
    hub.publish({ type: 'notice.changed' });
    notifications.refresh();
  });
  const notifications = createNotificationHub(() => notices.list().map(viewNotice));
  return { notices, notifications };
}

function viewNotice({ title, details, since }: Notice): Notification {
  return { text: [title, ...details].join(': '), date: formatInstant(since), active: true };
}
