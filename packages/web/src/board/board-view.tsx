import type { Board } from '@nines/contract';
import { FirstWeekSlot } from '../first-week/first-week-slot.tsx';
import styles from './board.module.css';
import { NeedsSomeone } from './needs-someone.tsx';
import { Notices } from './notices.tsx';
import { RecentEvents } from './recent-events.tsx';
import { SelfPanel } from './self-panel.tsx';
import { ServiceTable } from './service-table.tsx';

export function BoardView({ board }: { readonly board: Board }) {
  return (
    <div className={styles.columns}>
      <div>
        {board.notices.length > 0 && <Notices notices={board.notices} />}
        <NeedsSomeone board={board} />
        <ServiceTable services={board.services} />
        <FirstWeekSlot />
      </div>
      <aside>
        <RecentEvents events={board.recent} />
        <SelfPanel self={board.self} />
      </aside>
    </div>
  );
}
