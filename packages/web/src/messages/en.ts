/** The English catalogue, one part a slice. Other languages have the same keys. */
import { alerts } from './en/alerts.ts';
import { backtest } from './en/backtest.ts';
import { board } from './en/board.ts';
import { boards } from './en/boards.ts';
import { demo } from './en/demo.ts';
import { firstWeek } from './en/first-week.ts';
import { graph } from './en/graph.ts';
import { explore } from './en/explore.ts';
import { lint } from './en/lint.ts';
import { objectives } from './en/objectives.ts';
import { rules } from './en/rules.ts';
import { services } from './en/services.ts';
import { session } from './en/session.ts';
import { settings } from './en/settings.ts';
import { silences } from './en/silences.ts';
import { shell } from './en/shell.ts';
import { targets } from './en/targets.ts';
import { why } from './en/why.ts';

export const en = {
  ...shell,
  ...session,
  ...board,
  ...boards,
  ...alerts,
  ...backtest,
  ...rules,
  ...silences,
  ...why,
  ...lint,
  ...demo,
  ...firstWeek,
  ...graph,
  ...objectives,
  ...services,
  ...explore,
  ...targets,
  ...settings,
} as const;

export type Catalogue = typeof en;
