/** The Korean catalogue; a file of its own that only who reads Korean loads. */
import type { Catalogue } from './en.ts';
import { alerts } from './ko/alerts.ts';
import { backtest } from './ko/backtest.ts';
import { board } from './ko/board.ts';
import { boards } from './ko/boards.ts';
import { demo } from './ko/demo.ts';
import { explore } from './ko/explore.ts';
import { firstWeek } from './ko/first-week.ts';
import { graph } from './ko/graph.ts';
import { lint } from './ko/lint.ts';
import { objectives } from './ko/objectives.ts';
import { rules } from './ko/rules.ts';
import { services } from './ko/services.ts';
import { session } from './ko/session.ts';
import { settings } from './ko/settings.ts';
import { silences } from './ko/silences.ts';
import { shell } from './ko/shell.ts';
import { targets } from './ko/targets.ts';
import { why } from './ko/why.ts';
import type { Messages } from './translate.ts';
import type { NoFaults, ParamFaults } from './translation.ts';

const parts = {
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

export type Checked = NoFaults<ParamFaults<Catalogue, typeof parts>>;

export const ko: Messages = parts;
