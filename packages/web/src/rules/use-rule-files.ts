import type {
  EndProbationRequest,
  RuleDraft,
  SaveRuleRequest,
  UndoRuleRequest,
} from '@nines/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KEYS } from '../api/queries.ts';
import { useServices } from '../services.ts';

export function useRuleFiles() {
  const { client } = useServices();
  return useQuery({ queryKey: [KEYS.ruleFiles], queryFn: () => client('listRuleFiles', {}) });
}

/** A rule as lines of YAML; while it is being changed the lines of before stay on screen. */
export function useRuleText(draft: RuleDraft | undefined) {
  const { client } = useServices();
  return useQuery({
    queryKey: [KEYS.ruleFiles, 'text', draft],
    queryFn: () =>
      draft === undefined ? Promise.resolve({ yaml: '' }) : client('formatRule', { body: draft }),
    enabled: draft !== undefined,
    retry: false,
    placeholderData: keepPreviousData,
  });
}

/** What changes rule files. */
export function useRuleActions() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  // Also where it was refused: then the file is another one than this page knew.
  const onSettled = () =>
    Promise.all(
      [KEYS.ruleFiles, KEYS.rules, KEYS.why].map(async (key) =>
        queryClient.invalidateQueries({ queryKey: [key] }),
      ),
    );
  const save = useMutation({
    mutationFn: (body: SaveRuleRequest) => client('saveRule', { body }),
    onSettled,
  });
  const undo = useMutation({
    mutationFn: (body: UndoRuleRequest) => client('undoRule', { body }),
    onSettled,
  });
  const endProbation = useMutation({
    mutationFn: (body: EndProbationRequest) => client('endProbation', { body }),
    onSettled,
  });
  return { save, undo, endProbation };
}
