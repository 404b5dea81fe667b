/** Requests of OpenTelemetry's metrics exporter, in both of its encodings. */
import { ProtoWriter } from '../../packages/server/src/platform/index.ts';

const AT = '1760000000123456789';
const POINT = {
  startTimeUnixNano: '1760000000000000000',
  timeUnixNano: AT,
  attributes: [
    { key: 'a.b', value: { stringValue: 'x' } },
    { key: 'n', value: { arrayValue: { values: [{ intValue: '5' }, { boolValue: true }] } } },
  ],
};
const METRICS = [
  { name: 'mem.usage', unit: 'By', gauge: { dataPoints: [{ ...POINT, asDouble: 1.5 }] } },
  {
    name: 'requests',
    unit: '1',
    sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...POINT, asInt: '7' }] },
  },
  {
    name: 'latency',
    unit: 's',
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [
        { ...POINT, count: '6', sum: 4.5, bucketCounts: ['1', '2', '3'], explicitBounds: [0.5, 1] },
      ],
    },
  },
  {
    name: 'sizes',
    exponentialHistogram: {
      aggregationTemporality: 2,
      dataPoints: [
        {
          ...POINT,
          count: 6,
          sum: 9,
          scale: 3,
          zeroCount: 1,
          zeroThreshold: 0.001,
          positive: { offset: -2, bucketCounts: ['1', '0', '2'] },
          negative: { offset: 1, bucketCounts: ['2'] },
          exemplars: [{ timeUnixNano: AT, asDouble: 0.7, traceId: '5b8efff7', spanId: 'eee1' }],
        },
      ],
    },
  },
  {
    name: 'old',
    summary: {
      dataPoints: [{ ...POINT, count: '2', sum: 3, quantileValues: [{ quantile: 0.5, value: 1 }] }],
    },
  },
];

/** One request for each kind of metric. */
export const OTLP_TEXTS: readonly string[] = METRICS.map((metric) =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeMetrics: [{ scope: { name: 'lib', version: '1' }, metrics: [metric] }],
      },
    ],
  }),
);

function message(to: ProtoWriter, field: number, write: () => void): void {
  const start = to.begin(field);
  write();
  to.end(start);
}

function createProtobuf(): Uint8Array {
  const to = new ProtoWriter();
  const attribute = (field: number): void =>
    message(to, field, () => {
      to.string(1, 'service.name');
      message(to, 2, () => to.string(1, 'shop'));
    });
  const metric = (name: string, kind: number, writePoint: () => void): void =>
    message(to, 2, () => {
      to.string(1, name);
      to.string(3, 's');
      message(to, kind, () => {
        message(to, 1, writePoint);
        if (kind !== 5) to.uint(2, 2);
      });
    });
  message(to, 1, () => {
    message(to, 1, () => attribute(1));
    message(to, 2, () => {
      metric('gauge', 5, () => {
        attribute(7);
        to.double(4, 2.5);
      });
      metric('exponential', 10, () => {
        attribute(1);
        to.double(5, 9);
        to.sint(6, 3);
        message(to, 8, () => {
          to.sint(1, -2);
          to.bytes(2, Uint8Array.of(1, 0, 2));
        });
      });
      metric('explicit', 9, () => {
        attribute(9);
        to.double(5, 9);
        to.double(7, 0.5);
      });
    });
  });
  return to.finish();
}

/** One request with a gauge and both kinds of histograms. */
export const OTLP_PROTOBUF: Uint8Array = createProtobuf();
