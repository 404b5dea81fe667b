/**
 * Boards in files: graphs, numbers and tables that people chose, each board a YAML file.
 *
 * In what is sent to the server null comes first: a validator that coerces would make '' of it.
 */
import Type from 'typebox';
import { SignalUnit } from './signals.ts';

/** How a panel shows its queries: over time, or what they are at the end of the range. */
export const PanelKind = Type.Union([
  Type.Literal('line'),
  Type.Literal('number'),
  Type.Literal('table'),
]);
export type PanelKind = Type.Static<typeof PanelKind>;

export const PanelQuery = Type.Object({
  /** PromQL; `$NAME` within quotes stands for a variable of the board. */
  expression: Type.String({ minLength: 1, maxLength: 20_000 }),
  /** What a series is called, with `{{label}}` for its labels; null: where the series differ. */
  legend: Type.Union([Type.Null(), Type.String({ maxLength: 500 })]),
});
export type PanelQuery = Type.Static<typeof PanelQuery>;

/** A line that values should not cross. */
export const PanelThreshold = Type.Object({
  value: Type.Number(),
  label: Type.Union([Type.String(), Type.Null()]),
  /** How urgent it is beyond. */
  level: Type.Union([Type.Literal('page'), Type.Literal('ticket')]),
  /** Which side is bad. */
  isBelow: Type.Boolean(),
});
export type PanelThreshold = Type.Static<typeof PanelThreshold>;

export const Panel = Type.Object({
  title: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  kind: PanelKind,
  /** Null: bare numbers. */
  unit: Type.Union([SignalUnit, Type.Null()]),
  /** Of the twelve columns of a wide screen. */
  width: Type.Integer(),
  /** CSS pixels of a line panel's graph. */
  height: Type.Integer(),
  /** The scale holds at least this; null: as the values are. */
  min: Type.Union([Type.Number(), Type.Null()]),
  max: Type.Union([Type.Number(), Type.Null()]),
  queries: Type.Array(PanelQuery),
  thresholds: Type.Array(PanelThreshold),
});
export type Panel = Type.Static<typeof Panel>;

/** A choice above the board: one value of a label, or all of them. */
export const BoardVariable = Type.Object({
  name: Type.String(),
  title: Type.String(),
  /** Whose values can be chosen. */
  label: Type.String(),
  /** A selector of the series whose values count. */
  of: Type.String(),
  /** Null: all of them, or where that is no choice the first. */
  defaultValue: Type.Union([Type.String(), Type.Null()]),
  /** Whether all values together are a choice. */
  hasAll: Type.Boolean(),
});
export type BoardVariable = Type.Static<typeof BoardVariable>;

export const BoardFile = Type.Object({
  name: Type.String(),
  title: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  /** The range shown first. */
  rangeMs: Type.Integer(),
  /** How often the newest values are asked for; 0: never. */
  refreshMs: Type.Integer(),
  variables: Type.Array(BoardVariable),
  panels: Type.Array(Panel),
  /** Where it lies on the server. */
  file: Type.String(),
  /** Of the text in force; given back with a change, so that no other change is lost. */
  hash: Type.String(),
  /** The file, as it is in force. */
  text: Type.String(),
});
export type BoardFile = Type.Static<typeof BoardFile>;

export const BoardFileList = Type.Object({
  /** The folder that boards are read from and written to. */
  folder: Type.String(),
  /** Why nothing can be written there; null: it can. */
  readOnlyReason: Type.Union([Type.String(), Type.Null()]),
  boards: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Type.String(),
      description: Type.Union([Type.String(), Type.Null()]),
      panelCount: Type.Integer(),
      file: Type.String(),
      hash: Type.String(),
    }),
  ),
});
export type BoardFileList = Type.Static<typeof BoardFileList>;

/** A panel as it is put together in Explore; its other settings are written in the file. */
export const PanelDraft = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 200 }),
  kind: PanelKind,
  unit: Type.Union([Type.Null(), SignalUnit]),
  queries: Type.Array(PanelQuery, { minItems: 1, maxItems: 10 }),
});
export type PanelDraft = Type.Static<typeof PanelDraft>;

export const PanelText = Type.Object({
  /** The panel as an entry of `panels`. */
  yaml: Type.String(),
});

export const AddPanelRequest = Type.Object({
  panel: PanelDraft,
  /** Of the board that the panel goes to; null: the board is new. */
  hash: Type.Union([Type.Null(), Type.String({ maxLength: 100 })]),
  /** Of a new board; null: its name. */
  boardTitle: Type.Union([Type.Null(), Type.String({ minLength: 1, maxLength: 200 })]),
});
export type AddPanelRequest = Type.Static<typeof AddPanelRequest>;
