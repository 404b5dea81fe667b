/** The pages that the rail, the keyboard and the palette lead to. */
export const PLACES = [
  { id: 'board', path: '/', keys: 'g b', help: 'help.goBoard' },
  { id: 'alerts', path: '/alerts', keys: 'g a', help: 'help.goAlerts' },
  { id: 'objectives', path: '/objectives', keys: 'g o', help: 'help.goObjectives' },
  { id: 'services', path: '/services', keys: 'g v', help: 'help.goServices' },
  { id: 'boards', path: '/boards', keys: 'g p', help: 'help.goBoards' },
  { id: 'explore', path: '/explore', keys: 'g e', help: 'help.goExplore' },
  { id: 'targets', path: '/targets', keys: 'g t', help: 'help.goTargets' },
  { id: 'settings', path: '/settings', keys: 'g s', help: 'help.goSettings' },
] as const;

/** Where a demo runs, its page stands first: it is what one came for. */
export const DEMO_PLACE = { id: 'demo', path: '/demo', keys: 'g d', help: 'help.goDemo' } as const;

export type Place = (typeof PLACES)[number] | typeof DEMO_PLACE;
