import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { RuleFileList } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { CodeBlock } from '../kit/code-block.tsx';
import { Segments } from '../kit/segments.tsx';
import { isAboutExpression } from '../lint/draft-file.ts';
import { FindingList } from '../lint/finding-list.tsx';
import { lintQuery } from '../lint/lint-queries.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { RoleNote } from '../session/role-button.tsx';
import { useMay } from '../session/use-may.ts';
import { FormFailure } from '../settings/form-failure.tsx';
import { PlaceFields } from './place-fields.tsx';
import { ReviewFields } from './review-fields.tsx';
import {
  emptyFields,
  NEW_FILE,
  parseLabels,
  placesOf,
  PROBATIONS,
  type RuleFields,
  savedFile,
  toDraft,
  toRequest,
} from './rule-draft.ts';
import styles from './rules.module.css';
import { type useRuleActions, useRuleText } from './use-rule-files.ts';

const OUTPUTS = ['page', 'ticket', 'log'] as const;

/** What a rule is called, what it does to people, and which file it goes to. */
export function RuleForm(props: {
  readonly expression: string;
  readonly forMs: number;
  readonly list: RuleFileList;
  readonly save: ReturnType<typeof useRuleActions>['save'];
}) {
  const { list, save } = props;
  const places = placesOf(list);
  const [fields, setFields] = useState<RuleFields>(() => emptyFields(places[0]?.key ?? NEW_FILE));
  const change = (next: Partial<RuleFields>) => setFields({ ...fields, ...next });
  const request = toRequest(fields, props, places);
  const isNew = !places.some(({ key }) => key === fields.place);
  const reason = isNew ? list.readOnlyReason : null;
  const may = useMay('responder') && reason === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (may && request !== undefined) save.mutate(request);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.fields}>
        <TextInput
          label={t('rules.name')}
          placeholder="CheckoutSlow"
          required
          withAsterisk={false}
          maxLength={200}
          value={fields.name}
          onChange={({ currentTarget: { value } }) => change({ name: value })}
        />
        <TextInput
          label={t('rules.summary')}
          maxLength={2000}
          value={fields.summary}
          onChange={({ currentTarget: { value } }) => change({ summary: value })}
        />
        <TextInput
          label={t('rules.playbook')}
          placeholder="https://…"
          maxLength={2000}
          value={fields.playbook}
          onChange={({ currentTarget: { value } }) => change({ playbook: value })}
        />
        <TextInput
          label={t('alert.labels')}
          placeholder="team=shop"
          error={parseLabels(fields.labels) === undefined ? t('rules.labels.wrong') : undefined}
          value={fields.labels}
          onChange={({ currentTarget: { value } }) => change({ labels: value })}
        />
        <PlaceFields fields={fields} list={list} places={places} onChange={change} />
        <NativeSelect
          label={t('rules.probation')}
          value={String(fields.probationDays ?? 0)}
          onChange={({ currentTarget: { value } }) =>
            change({ probationDays: value === '0' ? null : Number(value) })
          }
          data={[
            ...PROBATIONS.map((days) => ({
              value: String(days),
              label: t('rules.probation.days', { count: days }),
            })),
            { value: '0', label: t('rules.probation.none') },
          ]}
        />
      </div>
      <Segments
        label={t('rules.output')}
        options={OUTPUTS.map((value) => ({ value, label: t(`output.${value}`) }))}
        value={fields.output}
        onChange={(output) => change({ output })}
      />
      <ReviewFields review={fields.review} onChange={(review) => change({ review })} />
      <Lines fields={fields} rule={props} reason={reason} />
      <FormFailure what={t('rules.save.failed')} error={save.error} />
      <div className={styles.buttons}>
        <Button
          type="submit"
          variant="filled"
          disabled={!may || request === undefined}
          loading={save.isPending}
        >
          {t(fields.probationDays === null ? 'rules.save.now' : 'rules.save.probation')}
        </Button>
        <RoleNote needs="responder" />
      </div>
    </form>
  );
}

/** What a lint says of the rule besides what it says of its expression, which stands above. */
function Findings({ yaml }: { readonly yaml: string }) {
  const { client } = useServices();
  const { data } = useQuery(lintQuery(client, [savedFile(yaml)]));
  const findings = (data?.findings ?? []).filter((finding) => !isAboutExpression(finding));
  if (findings.length === 0) return null;
  return (
    <div className={styles.findings}>
      <FindingList findings={findings} />
    </div>
  );
}

/** The lines that are written, or that can be copied where nothing can be written. */
function Lines(props: {
  readonly fields: RuleFields;
  readonly rule: { readonly expression: string; readonly forMs: number };
  readonly reason: string | null;
}) {
  const { fields, rule, reason } = props;
  const rested = useDeferredValue(fields);
  const { data, error } = useRuleText(toDraft(rested, rule));
  if (data === undefined && error === null) return null;
  return (
    <div>
      <p className={styles.note}>{t(reason === null ? 'rules.lines' : 'rules.copy')}</p>
      {reason !== null && (
        <p className={styles.note} lang="en">
          {reason}
        </p>
      )}
      <FormFailure what={t('rules.refused')} error={error} />
      {error === null && data !== undefined && (
        <>
          <CodeBlock code={data.yaml.trimEnd()} label={t('rules.yaml')} copy={t('boards.copy')} />
          <Findings yaml={data.yaml} />
        </>
      )}
    </div>
  );
}
