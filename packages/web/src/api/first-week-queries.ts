/** What can be asked of the server about channels, the first week and the demo. */
import type { Client } from '@nines/contract';
import { queryOptions } from '@tanstack/react-query';

/** The first element of every key, by which events invalidate. */
export const FIRST_WEEK_KEYS = {
  channels: 'channels',
  nextSteps: 'next-steps',
  demo: 'demo',
  sampleWeek: 'sample-week',
  demoAlerts: 'demo-alerts',
} as const;

/** No event tells of a first scrape or a first delivery. */
const STEPS_EVERY_MS = 4000;
/** Faults are switched here and by others; the figures beside them should be seen to move. */
const DEMO_EVERY_MS = 2000;

export function channelsQuery(client: Client) {
  return queryOptions({
    queryKey: [FIRST_WEEK_KEYS.channels],
    queryFn: () => client('listChannels', {}),
  });
}

/** Asked again until all is done, and only while the tab is seen. */
export function nextStepsQuery(client: Client) {
  return queryOptions({
    queryKey: [FIRST_WEEK_KEYS.nextSteps],
    queryFn: () => client('getNextSteps', {}),
    refetchInterval: ({ state }) =>
      state.data?.steps.every(({ doneAt }) => doneAt !== null) === true ? false : STEPS_EVERY_MS,
    retry: false,
  });
}

/** A server that runs no demo is asked once. */
export function demoQuery(client: Client) {
  return queryOptions({
    queryKey: [FIRST_WEEK_KEYS.demo],
    queryFn: () => client('getDemo', {}),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data?.isDemo === true ? DEMO_EVERY_MS : false),
    retry: false,
  });
}

export function sampleWeekQuery(client: Client) {
  return queryOptions({
    queryKey: [FIRST_WEEK_KEYS.sampleWeek],
    queryFn: () => client('getSampleWeek', {}),
    retry: false,
  });
}

/** A story has a handful of alerts; what came before it is not told. */
const STORY_ALERTS_MAX = 50;

/** The newest alerts, open or over: what the demo's story is told from. */
export function demoAlertsQuery(client: Client) {
  return queryOptions({
    queryKey: [FIRST_WEEK_KEYS.demoAlerts],
    queryFn: () => client('listAlerts', { query: { limit: STORY_ALERTS_MAX } }),
  });
}
