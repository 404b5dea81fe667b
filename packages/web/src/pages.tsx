import { Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { BoardPage } from './board/board-page.tsx';
import { useLive } from './live/use-live.ts';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';

/** All pages behind the door. The board comes with the first load, the others when needed. */
export function Pages() {
  useLive();
  return (
    <Shell>
      <Suspense fallback={null}>
        <Switch>
          <Route path="/">
            <BoardPage />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}
