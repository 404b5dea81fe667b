/**
 * How counts of requests tell failures: what the server is to blame for. A client's mistake (4xx,
 * `InvalidArgument`) is none, or one bad client could spend a service's whole error budget.
 */
import type { FailureRule } from '../model.ts';

/** `503`, or the class: `5xx`, `5XX`. */
const HTTP_STATUS = /^[1-5](?:\d\d|xx|XX)$/;

/** Labels that hold the HTTP status, the most telling first. */
const STATUS_LABELS = [
  'http_response_status_code',
  'http.response.status_code',
  'http_status_code',
  'status_code',
  'response_code',
  'status',
  'code',
];

/** The HTTP status, by whatever name. */
export const HTTP_FAILURES: readonly FailureRule[] = STATUS_LABELS.map((label) => ({
  label,
  known: HTTP_STATUS,
  failed: '5..',
  name: '5xx',
}));

/**
 * Codes by which OpenTelemetry's conventions mark a server's span as failed: the rest are answers
 * that the client asked for. https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
const FAULTS = ['Unknown', 'DeadlineExceeded', 'Unimplemented', 'Internal', 'Unavailable'];

/** gRPC's codes, as names in both spellings and as numbers. */
export const GRPC_FAILURES: readonly FailureRule[] = [
  {
    label: 'grpc_code',
    known: /^[A-Z]\w+$/,
    failed: [...FAULTS, 'DataLoss'].join('|'),
    name: 'faults',
  },
  {
    label: 'rpc_grpc_status_code',
    known: /^\d{1,2}$/,
    failed: '2|4|12|13|14|15',
    name: 'faults',
  },
  ...['rpc_response_status_code', 'grpc_status'].map((label) => ({
    label,
    known: /^[A-Z_]+$/,
    failed: 'UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS',
    name: 'faults',
  })),
];

/** Frameworks that tell only whether it went well. */
export const OUTCOME_FAILURES: readonly FailureRule[] = [
  { label: 'outcome', known: /^[A-Z_]+$/, failed: 'SERVER_ERROR', name: '5xx' },
];
