import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { type DraftRule, draftFile, isAboutExpression } from './draft-file.ts';
import { FindingList } from './finding-list.tsx';
import { lintQuery } from './lint-queries.ts';

/** What a lint says of a rule that is being tried out; nothing where there is nothing. */
export function DraftLint({ name, group, expression, forMs }: DraftRule) {
  const { client } = useServices();
  const files = useMemo(
    () => [draftFile({ name, group, expression, forMs })],
    [name, group, expression, forMs],
  );
  const { data } = useQuery(lintQuery(client, files));
  const findings = (data?.findings ?? []).filter(isAboutExpression);
  if (findings.length === 0) return null;
  return (
    <Section title={t('lint.title')}>
      <FindingList findings={findings} />
    </Section>
  );
}
