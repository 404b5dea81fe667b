import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { BoardFileList } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { panelTextQuery } from '../api/board-file-queries.ts';
import { CodeBlock } from '../kit/code-block.tsx';
import { Segments } from '../kit/segments.tsx';
import { useAutofocus } from '../kit/use-autofocus.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { RoleNote } from '../session/role-button.tsx';
import { useMay } from '../session/use-may.ts';
import { FormFailure } from '../settings/form-failure.tsx';
import styles from './boards.module.css';
import { chooseName, type DraftFields, guessTitle, guessUnit, toDraft } from './draft.ts';
import type { useAddPanel } from './use-boards.ts';

const KINDS = ['line', 'number', 'table'] as const;
const UNITS = ['per_second', 'seconds', 'ratio', 'bytes', 'count'] as const;
/** Stands for a new board among the names of those that are there. */
const NEW = '';

/** What the panel is called, how it is drawn, and which file it goes to. */
export function AddPanelForm(props: {
  readonly expression: string;
  readonly kind: DraftFields['kind'];
  readonly list: BoardFileList;
  readonly add: ReturnType<typeof useAddPanel>;
}) {
  const { expression, list, add } = props;
  const [boardName, setBoardName] = useState(list.boards[0]?.name ?? NEW);
  const [boardTitle, setBoardTitle] = useState('');
  const [fields, setFields] = useState<DraftFields>({
    title: guessTitle(expression),
    kind: props.kind,
    unit: guessUnit(expression),
    legend: '',
  });
  const change = (next: Partial<DraftFields>) => setFields({ ...fields, ...next });
  const draft = toDraft(expression, fields);
  const may = useMay('responder');
  const board = list.boards.find(({ name }) => name === boardName);
  const name = board?.name ?? chooseName(boardTitle, list.boards);
  const file = board?.file ?? `${list.folder}/${name}.yaml`;
  const isWritable = list.readOnlyReason === null && may;
  const title = useAutofocus<HTMLInputElement>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWritable) return;
    const fresh = { hash: null, boardTitle: boardTitle.trim() };
    const into = board === undefined ? fresh : { hash: board.hash, boardTitle: null };
    add.mutate({ name, body: { panel: draft, ...into } });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <h2>{t('boards.add.title')}</h2>
      <div className={styles.fields}>
        <TextInput
          className={styles.wide}
          ref={title}
          label={t('boards.add.panelTitle')}
          required
          withAsterisk={false}
          maxLength={200}
          value={fields.title}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('boards.add.board')}
          value={boardName}
          onChange={(event) => setBoardName(event.currentTarget.value)}
          data={[
            ...list.boards.map((one) => ({ value: one.name, label: one.title })),
            { value: NEW, label: t('boards.add.new') },
          ]}
        />
        {board === undefined && (
          <TextInput
            label={t('boards.add.boardTitle')}
            required
            withAsterisk={false}
            maxLength={200}
            value={boardTitle}
            onChange={(event) => setBoardTitle(event.currentTarget.value)}
          />
        )}
        <NativeSelect
          label={t('boards.add.unit')}
          value={fields.unit ?? ''}
          onChange={({ currentTarget }) =>
            change({ unit: UNITS.find((unit) => unit === currentTarget.value) ?? null })
          }
          data={[
            { value: '', label: t('boards.unit.none') },
            ...UNITS.map((unit) => ({ value: unit, label: t(`boards.unit.${unit}`) })),
          ]}
        />
        <TextInput
          label={t('boards.add.legend')}
          placeholder="{{instance}}"
          maxLength={500}
          value={fields.legend}
          onChange={(event) => change({ legend: event.currentTarget.value })}
        />
        <div className={styles.wide}>
          <Segments
            label={t('boards.add.kind')}
            options={KINDS.map((value) => ({ value, label: t(`boards.kind.${value}`) }))}
            value={fields.kind}
            onChange={(kind) => change({ kind })}
          />
        </div>
      </div>
      <PanelText draft={draft} file={file} reason={list.readOnlyReason} />
      <FormFailure what={t('boards.add.failed')} error={add.error} />
      <div className={styles.buttons}>
        <Button type="submit" variant="filled" disabled={!isWritable} loading={add.isPending}>
          {t('boards.add.add')}
        </Button>
        {list.readOnlyReason === null && <RoleNote needs="responder" />}
      </div>
    </form>
  );
}

/** The lines that are written, or that can be copied where nothing can be written. */
function PanelText(props: {
  readonly draft: ReturnType<typeof toDraft>;
  readonly file: string;
  readonly reason: string | null;
}) {
  const { client } = useServices();
  const { data, error } = useQuery(panelTextQuery(client, useDeferredValue(props.draft)));
  return (
    <div>
      <p className={styles.note}>
        {t(props.reason === null ? 'boards.add.lines' : 'boards.add.copy')}{' '}
        <code>{props.file}</code>
      </p>
      {props.reason !== null && (
        <p className={styles.note} lang="en">
          {props.reason}
        </p>
      )}
      <FormFailure what={t('boards.add.refused')} error={error} />
      {error === null && data !== undefined && (
        <CodeBlock
          code={data.yaml.trimEnd()}
          label={t('boards.add.yaml')}
          copy={t('boards.copy')}
        />
      )}
    </div>
  );
}
