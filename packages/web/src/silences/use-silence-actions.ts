import type { Silence, SilenceMatcher } from '@nines/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { describeFailure } from '../api/failure.ts';
import { KEYS } from '../api/queries.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';

interface Wish {
  readonly matchers: readonly SilenceMatcher[];
  readonly lastsMs: number;
  readonly comment: string;
}

/** What can be done to silences; a refusal is told with its reason. */
export function useSilenceActions(onMade: () => void = () => {}) {
  const { client, clock } = useServices();
  const create = useSilenceMutation({
    send: ({ matchers, lastsMs, comment }: Wish) =>
      client('createSilence', {
        body: { matchers: [...matchers], endsAt: clock.now() + lastsMs, comment },
      }),
    failed: 'silence.create.failed',
    onDone: onMade,
  });
  const extend = useSilenceMutation({
    send: ({ silence, byMs }: { readonly silence: Silence; readonly byMs: number }) => {
      const { id, matchers, endsAt, comment } = silence;
      const body = { matchers, comment, endsAt: endsAt + byMs };
      return client('updateSilence', { params: { id }, body });
    },
    failed: 'silence.extend.failed',
  });
  const expire = useSilenceMutation({
    send: ({ id }: Silence) => client('expireSilence', { params: { id } }),
    failed: 'silence.expire.failed',
  });
  return { create, extend, expire };
}

function useSilenceMutation<Input>(options: {
  readonly send: (input: Input) => Promise<unknown>;
  readonly failed: 'silence.create.failed' | 'silence.extend.failed' | 'silence.expire.failed';
  readonly onDone?: () => void;
}) {
  const { toasts } = useServices();
  const queryClient = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: options.send,
    onSuccess: () => options.onDone?.(),
    onError: (error) => {
      const { reason, remedy } = describeFailure(error);
      toasts.show({ tone: 'failure', title: t(options.failed), text: `${reason} ${remedy}` });
    },
    onSettled: () =>
      Promise.all(
        [KEYS.silences, KEYS.alerts, KEYS.alert, KEYS.board].map(async (key) =>
          queryClient.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
  return { run: (input: Input) => mutate(input), isPending };
}
