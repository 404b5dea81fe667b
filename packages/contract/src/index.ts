/**
 * The wire: JSON types, validators, the route table and a typed client. Knows neither Node nor a
 * browser, so that the server, the page and the command line can share it.
 */
export {
  AlertDetail,
  AlertList,
  AlertQuery,
  AlertState,
  AlertSummary,
  HistoryEntry,
  Output,
  PageView,
  ResolveRequest,
} from './alerts.ts';
export { Board, Notice, RecentEvent, ServiceSummary, Sparkline } from './board.ts';
export { ApiError, type Client, createClient, type Send } from './client.ts';
export { ErrorBody } from './errors.ts';
export { BrowserPage, ServerEvent } from './events.ts';
export {
  CreatedToken,
  CreateTokenRequest,
  CreateUserRequest,
  RedeemLinkRequest,
  SessionView,
  SetPasswordRequest,
  SignInLink,
  SignInRequest,
  TokenList,
  TokenView,
  UserList,
  UserView,
} from './identity.ts';
export { API_PREFIX, EVENTS_PATH, type Method, PATHS, type RouteName } from './paths.ts';
export {
  ROUTES,
  type RouteHandlers,
  type RouteInput,
  type RouteOutput,
  type RouteSchema,
} from './routes.ts';
export { Settings, Status } from './status.ts';
export { TargetList, TargetView } from './targets.ts';
