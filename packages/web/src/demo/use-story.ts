import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { demoQuery, demoAlertsQuery } from '../api/first-week-queries.ts';
import { slosQuery } from '../api/objective-queries.ts';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';
import { keepStory, readStory } from './keep-story.ts';
import { ofShop } from './shop.ts';
import { type Story, tellStory } from './story.ts';

/** Budgets move fast in a demo of minutes; elsewhere they are asked for less often. */
const LOOK_EVERY_MS = 2000;

/** Tells the story on, whatever page is open; mounted once, where a demo runs. */
export function useStoryKeeper(): void {
  const { client, clock, demoStory, storage } = useServices();
  const { data: demo } = useQuery(demoQuery(client));
  const story = useStore(demoStory);
  const isOpen = story !== undefined && story.recoveredAt === undefined;
  const look = { refetchInterval: isOpen ? LOOK_EVERY_MS : (false as const) };
  const { data: slos } = useQuery({ ...slosQuery(client), ...look });
  const { data: alerts } = useQuery({ ...demoAlertsQuery(client), ...look });
  useEffect(() => {
    demoStory.update((now) => now ?? readStory(storage));
  }, [demoStory, storage]);
  useEffect(() => {
    if (demo === undefined || slos === undefined || alerts === undefined) return;
    demoStory.update((now) =>
      tellStory(now, {
        now: clock.now(),
        faults: demo.faults,
        slos: slos.slos.filter(({ service }) => service !== null),
        alerts: ofShop(alerts.alerts),
      }),
    );
    const told = demoStory.get();
    if (told !== undefined) keepStory(storage, told);
  }, [clock, demo, slos, alerts, demoStory, storage]);
}

export function useStory(): Story | undefined {
  const { demoStory } = useServices();
  return useStore(demoStory);
}
