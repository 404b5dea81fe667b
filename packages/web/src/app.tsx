import { MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { ErrorBoundary } from './kit/error-boundary.tsx';
import { Pages } from './pages.tsx';
import { useStore } from './platform/use-store.ts';
import { type Services, ServicesProvider } from './services.ts';
import { SIGN_IN_PATH } from './session/next-path.ts';
import { SessionGate } from './session/session-gate.tsx';
import { colorSchemeManager, theme } from './theme/theme.ts';

/** Its fields are no part of what is loaded to see the board. */
const SignInPage = lazy(async () => {
  const { SignInPage: page } = await import('./session/sign-in-page.tsx');
  return { default: page };
});

export function App(props: { readonly services: Services; readonly queryClient: QueryClient }) {
  const language = useStore(props.services.language);
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={props.queryClient}>
        {/* Another language draws everything anew: its words are everywhere. */}
        <ServicesProvider key={language} value={props.services}>
          <ErrorBoundary place="app">
            <Switch>
              <Route path={SIGN_IN_PATH}>
                <Suspense fallback={null}>
                  <SignInPage />
                </Suspense>
              </Route>
              <Route>
                <SessionGate>
                  <Pages />
                </SessionGate>
              </Route>
            </Switch>
          </ErrorBoundary>
        </ServicesProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
