import { Component, type ReactNode } from 'react';
import { t } from '../messages/translate.ts';
import { FailurePanel } from './failure-panel.tsx';

interface Props {
  /** Where this is: a new place gets a new chance. */
  readonly place: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
  readonly place: string;
}

/** Keeps a bug on one page from taking the rail and the alarm with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.place === state.place ? null : { error: undefined, place: props.place };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <FailurePanel
        what={t('failure.page')}
        error={this.state.error}
        // The code itself may be what is missing, after an update: drawing again is not enough.
        onRetry={() => window.location.reload()}
      />
    );
  }
}
