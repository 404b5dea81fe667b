/** What alerts tell the rest of the program. */
import type { AlertState, PageState } from './model.ts';

export interface AlertEvents {
  readonly 'alert.changed': { readonly alertId: string; readonly state: AlertState };
  readonly 'page.changed': {
    readonly alertId: string;
    readonly pageId: string;
    readonly state: PageState;
  };
}
