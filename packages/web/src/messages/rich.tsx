import { Fragment, type ReactNode } from 'react';
import { type MessageArgs, type MessageKey, tParts } from './translate.ts';

/** A sentence of the catalogue with elements in the places of its parameters. */
export function Rich<Key extends MessageKey>(props: {
  readonly id: Key;
  readonly args: MessageArgs<Key, ReactNode>;
}): ReactNode {
  return tParts<Key, ReactNode>(props.id, ...props.args).map(({ isStrong, value }, index) =>
    // The runs of one message never change their order.
    isStrong ? <b key={index}>{value}</b> : <Fragment key={index}>{value}</Fragment>,
  );
}
