/** What lies in the store of series, and what an admin may do to it (Prometheus' admin API). */
import type { FastifyInstance } from 'fastify';
import { invalid } from '../platform/index.ts';
import type { Matcher } from '../series/index.ts';
import { createMount, json, type MountOptions } from './prometheus-answer.ts';
import type { ApiParams } from './prometheus-params.ts';

export interface PrometheusStore {
  /** The blocks, in Prometheus' shape. */
  readonly blocks: () => unknown;
  readonly deleteSeries: (deletion: {
    readonly selectors: readonly (readonly Matcher[])[];
    /** Both ends inclusive, epoch milliseconds. */
    readonly fromMs: number;
    readonly toMs: number;
  }) => Promise<unknown>;
  readonly cleanTombstones: () => Promise<unknown>;
  /** Makes a snapshot; answers its name. */
  readonly snapshot: (isHeadIncluded: boolean) => Promise<string>;
}

const BY_ADMINS: MountOptions = { methods: ['POST', 'PUT'], access: 'admin' };

/** Mounts the routes. */
export function mountPrometheusStoreRoutes(server: FastifyInstance, store: PrometheusStore): void {
  const mount = createMount(server);
  mount(
    'status/tsdb/blocks',
    json(() => ({ blocks: store.blocks() })),
  );
  const change = (path: string, act: (params: ApiParams) => Promise<unknown>): void =>
    mount(
      `admin/tsdb/${path}`,
      async (params, _request, reply) => {
        await act(params);
        reply.code(204);
        return '';
      },
      BY_ADMINS,
    );
  change('delete_series', async (params) => {
    const selectors = params.selectors();
    if (selectors.length === 0) {
      throw invalid('QUERY_PARAMETER_INVALID', 'no match[] parameter provided');
    }
    return store.deleteSeries({ selectors, ...params.range() });
  });
  change('clean_tombstones', async () => store.cleanTombstones());
  const snapshot = async (params: ApiParams) => ({
    name: await store.snapshot(params.text('skip_head') !== 'true'),
  });
  mount('admin/tsdb/snapshot', json(snapshot), BY_ADMINS);
}
