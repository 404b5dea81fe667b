import { NativeSelect, TextInput } from '@mantine/core';
import type { ServiceComparison } from '@nines/contract';
import { parseConfigDuration } from '../format/duration.ts';
import { viewerTime } from '../format/time.ts';
import { Segments } from '../kit/segments.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { t } from '../messages/translate.ts';
import { type CompareState, formatMoment, LENGTHS, parseMoment } from './compare-state.ts';

interface Props {
  readonly answer: ServiceComparison;
  readonly state: CompareState;
  readonly onChange: (state: CompareState) => void;
}

/** A moment or two groups, and how much time of each. */
export function CompareToolbar(props: Props) {
  const { answer, state, onChange } = props;
  const { lengthMs } = state;
  const [first] = answer.groups;
  const setMode = (mode: CompareState['mode']) =>
    onChange(
      mode === 'moment'
        ? { mode, lengthMs, at: undefined }
        : { mode, lengthMs, label: first?.label ?? '', a: first?.values[0] ?? '', b: '' },
    );
  return (
    <Toolbar>
      <Segments
        label={t('compare.mode')}
        options={[
          { value: 'moment', label: t('compare.mode.moment') },
          { value: 'group', label: t('compare.mode.group') },
        ]}
        value={state.mode}
        onChange={setMode}
      />
      {state.mode === 'moment' ? <Moment {...props} /> : <Groups {...props} />}
      <Segments
        label={t('compare.length')}
        options={LENGTHS.map((value) => ({ value, label: value }))}
        value={LENGTHS.find((length) => parseConfigDuration(length) === lengthMs)}
        onChange={(length) =>
          onChange({ ...state, lengthMs: parseConfigDuration(length) ?? lengthMs })
        }
      />
    </Toolbar>
  );
}

function Moment({ answer, state, onChange }: Props) {
  const { deploys, now, comparison } = answer;
  if (state.mode !== 'moment') return null;
  const at = state.at ?? comparison?.first.toMs;
  const known = deploys.find((deploy) => deploy.at === at);
  const setAt = (next: number | undefined) => onChange({ ...state, at: next });
  return (
    <>
      {deploys.length > 0 && (
        <NativeSelect
          aria-label={t('compare.deploy')}
          value={known === undefined ? '' : String(known.at)}
          onChange={({ currentTarget: { value } }) => {
            if (value !== '') setAt(Number(value));
          }}
          data={[
            ...(known === undefined ? [{ value: '', label: t('compare.deploy') }] : []),
            ...deploys.map((deploy) => ({
              value: String(deploy.at),
              label: t('compare.deploy.option', {
                version: deploy.version,
                time: viewerTime.short(deploy.at, now),
              }),
            })),
          ]}
        />
      )}
      <TextInput
        type="datetime-local"
        aria-label={t('compare.at')}
        title={t('compare.at')}
        value={at === undefined ? '' : formatMoment(at)}
        max={formatMoment(now)}
        onChange={(event) => {
          const next = parseMoment(event.currentTarget.value);
          if (next !== undefined && next < now) setAt(next);
        }}
      />
    </>
  );
}

function Groups({ answer, state, onChange }: Props) {
  if (state.mode !== 'group') return null;
  const { label, a, b } = state;
  const group = answer.groups.find((one) => one.label === label);
  // What came with a link is shown, whether or not it is there now; nothing is shown as nothing.
  const values = [...new Set([a, ...(group?.values ?? [])])];
  const labels = answer.groups.map((one) => one.label);
  const choose = (next: string) => {
    const [first] = answer.groups.find((one) => one.label === next)?.values ?? [];
    onChange({ ...state, label: next, a: first ?? '', b: '' });
  };
  return (
    <>
      <NativeSelect
        aria-label={t('compare.label')}
        value={label}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[...new Set([label, ...labels])]}
      />
      <NativeSelect
        aria-label={t('compare.first')}
        value={a}
        onChange={(event) => onChange({ ...state, a: event.currentTarget.value })}
        data={values}
      />
      <NativeSelect
        aria-label={t('compare.second')}
        value={b}
        onChange={(event) => onChange({ ...state, b: event.currentTarget.value })}
        data={[
          { value: '', label: t('compare.others') },
          ...[...new Set([...values, b])]
            .filter((value) => value !== a && value !== '')
            .map((value) => ({ value, label: value })),
        ]}
      />
    </>
  );
}
