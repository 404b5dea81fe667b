/**
 * All that touches the machine, and the few things that every module needs: time, chance, log,
 * events, periodic work, errors, configuration files, own metrics.
 */
export {
  addressLiteral,
  findAddressRefusal,
} from './address.ts';
export {
  type Clock,
  createManualClock,
  createSystemClock,
  type ManualClock,
  type Timer,
} from './clock.ts';
export {
  readCount,
  readDuration,
  readFlag,
  readHttpUrl,
  readPath,
  readPort,
  readSecret,
  readSize,
  readStrings,
  readTextMap,
  readWord,
} from './config-values.ts';
export { crc32c } from './crc32c.ts';
export {
  createVersionedFiles,
  hashText,
  type VersionedFiles,
} from './versioned-files.ts';
export {
  appendToList,
  formatDocument,
  formatListEntry,
  type ListEntry,
  removeFromMap,
} from './yaml-lists.ts';
export { DURATION_MS_MAX, DURATION_UNIT_MS, formatDuration, parseDuration } from './duration.ts';
export {
  AppError,
  assert,
  BugError,
  conflict,
  describeError,
  type ErrorKind,
  errorMessage,
  forbidden,
  invalid,
  limitExceeded,
  notFound,
  systemErrorCode,
  timedOut,
  unauthenticated,
  unavailable,
} from './errors.ts';
export {
  type ClusterEnvironment,
  localTimeZone,
  type ProxyEnvironment,
  readClusterEnvironment,
  readProxyEnvironment,
  readVariable,
} from './environment.ts';
export { createEventBus, type EventBus } from './event-bus.ts';
export { readUpTo, writeAll } from './file-bytes.ts';
export {
  DEFAULT_HTTP_CLIENT,
  DEFAULT_TLS,
  type HttpAuth,
  type HttpClientConfig,
  type OAuth2Config,
  type ProxyConfig,
  type Secret,
  type TlsConfig,
} from './http-client-config.ts';
export { createIdSource, type IdSource } from './id.ts';
export { createLog, createSilentLog, type Log, type LogFields, type LogLevel } from './log.ts';
export { findNearest } from './nearest-word.ts';
export { createNodeServer, HttpAgent, httpRequest } from './node-http.ts';
export { isStorableText, parseRfc3339, showValue } from './posted-values.ts';
export { decodeUtf8, ProtoReader, ProtoWriter } from './protobuf.ts';
export { createSecureRandom, createSeededRandom, type Random } from './random.ts';
export {
  checkHeaderName,
  HTTP_CLIENT_KEYS,
  readHttpClient,
  readTlsConfig,
  RESERVED_HEADERS,
} from './read-http-client.ts';
export {
  type Actor,
  findRole,
  isRoleEnough,
  lowerRole,
  type RequestContext,
  type Role,
  ROLES,
} from './request.ts';
export { createScheduler, type Scheduler, type Task } from './scheduler.ts';
export {
  type Fault,
  formatFault,
  formatFaults,
  formatYaml,
  type PlainValue,
  type Place,
  readYaml,
  readYamlDocuments,
  type Remark,
  type YamlEntry,
  type YamlFields,
  type YamlValue,
} from './yaml-reader.ts';
