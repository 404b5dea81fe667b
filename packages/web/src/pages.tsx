import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { BoardPage } from './board/board-page.tsx';
import { useLive } from './live/use-live.ts';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';

const AlertsPage = lazy(async () => {
  const { AlertsPage: page } = await import('./alerts/alerts-page.tsx');
  return { default: page };
});

const AlertPage = lazy(async () => {
  const { AlertPage: page } = await import('./alerts/alert-page.tsx');
  return { default: page };
});

const ObjectivesPage = lazy(async () => {
  const { ObjectivesPage: page } = await import('./objectives/objectives-page.tsx');
  return { default: page };
});

const ObjectivePage = lazy(async () => {
  const { ObjectivePage: page } = await import('./objectives/objective-page.tsx');
  return { default: page };
});

const ServicesPage = lazy(async () => {
  const { ServicesPage: page } = await import('./services/services-page.tsx');
  return { default: page };
});

const ServicePage = lazy(async () => {
  const { ServicePage: page } = await import('./services/service-page.tsx');
  return { default: page };
});

const ComparePage = lazy(async () => {
  const { ComparePage: page } = await import('./services/compare-page.tsx');
  return { default: page };
});

const BoardFilesPage = lazy(async () => {
  const { BoardFilesPage: page } = await import('./boards/board-files-page.tsx');
  return { default: page };
});

const BoardFilePage = lazy(async () => {
  const { BoardFilePage: page } = await import('./boards/board-file-page.tsx');
  return { default: page };
});

const DemoPage = lazy(async () => {
  const { DemoPage: page } = await import('./demo/demo-page.tsx');
  return { default: page };
});

const ExplorePage = lazy(async () => {
  const { ExplorePage: page } = await import('./explore/explore-page.tsx');
  return { default: page };
});

const BacktestPage = lazy(async () => {
  const { BacktestPage: page } = await import('./backtest/backtest-page.tsx');
  return { default: page };
});

const WhyPage = lazy(async () => {
  const { WhyPage: page } = await import('./why/why-page.tsx');
  return { default: page };
});

const SilencesPage = lazy(async () => {
  const { SilencesPage: page } = await import('./silences/silences-page.tsx');
  return { default: page };
});

const NewSilencePage = lazy(async () => {
  const { NewSilencePage: page } = await import('./silences/new-silence-page.tsx');
  return { default: page };
});

const TargetsPage = lazy(async () => {
  const { TargetsPage: page } = await import('./targets/targets-page.tsx');
  return { default: page };
});

const SettingsPage = lazy(async () => {
  const { SettingsPage: page } = await import('./settings/settings-page.tsx');
  return { default: page };
});

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
          <Route path="/alerts">
            <AlertsPage />
          </Route>
          <Route path="/alerts/:id">{({ id }) => <AlertPage key={id} id={id} />}</Route>
          <Route path="/objectives">
            <ObjectivesPage />
          </Route>
          <Route path="/objectives/:name">
            {({ name }) => <ObjectivePage key={name} name={name} />}
          </Route>
          <Route path="/services">
            <ServicesPage />
          </Route>
          <Route path="/services/:name">
            {({ name }) => <ServicePage key={name} name={name} />}
          </Route>
          <Route path="/services/:name/compare">
            {({ name }) => <ComparePage key={name} name={name} />}
          </Route>
          <Route path="/boards">
            <BoardFilesPage />
          </Route>
          <Route path="/boards/:name">
            {({ name }) => <BoardFilePage key={name} name={name} />}
          </Route>
          <Route path="/demo">
            <DemoPage />
          </Route>
          <Route path="/explore">
            <ExplorePage />
          </Route>
          <Route path="/backtest">
            <BacktestPage />
          </Route>
          <Route path="/why">
            <WhyPage />
          </Route>
          <Route path="/silences">
            <SilencesPage />
          </Route>
          <Route path="/silences/new">
            <NewSilencePage />
          </Route>
          <Route path="/targets">
            <TargetsPage />
          </Route>
          <Route path="/settings">
            <SettingsPage />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}
