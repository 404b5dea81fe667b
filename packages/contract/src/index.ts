/**
 * The wire: JSON types, validators, the route table and a typed client. Knows neither Node nor a
 * browser, so that the server, the page and the command line can share it.
 */
export {
  AlertDetail,
  AlertList,
  AlertOrigin,
  AlertQuery,
  AlertState,
  AlertSummary,
  HistoryEntry,
  Output,
  PageView,
  ResolveRequest,
  Tag,
  TagsRequest,
} from './alerts.ts';
export {
  Backtest,
  BacktestComparison,
  BacktestPeriod,
  BacktestRequest,
  BacktestSide,
} from './backtests.ts';
export {
  Explanation,
  RuleList,
  RuleProbation,
  WhyCause,
  WhyEvaluation,
  WhyPart,
  WhyQuery,
  WhyReason,
  WhyRoute,
  WhyRule,
  WhyTarget,
  WhyTimer,
} from './explanations.ts';
export {
  EndProbationRequest,
  REVIEW_QUESTIONS,
  RuleChange,
  RuleDraft,
  RuleFileList,
  RuleText,
  SaveRuleRequest,
  UndoRuleRequest,
} from './rule-files.ts';
export {
  AddPanelRequest,
  BoardFile,
  BoardFileList,
  BoardVariable,
  Panel,
  PanelDraft,
  PanelKind,
  PanelQuery,
  PanelText,
  PanelThreshold,
} from './board-files.ts';
export {
  fillVariables,
  listVariableUses,
  type VariableUse,
  type VariableValues,
} from './board-variables.ts';
export { Board, Notice, RecentEvent, ServiceSummary } from './board.ts';
export { ChannelList, ChannelTest, ChannelTestRequest, ChannelView, TestPage } from './channels.ts';
export { ApiError, type Client, createClient, type Send } from './client.ts';
export { formatDropRule } from './drop-rule.ts';
export {
  ComparedLine,
  ComparisonQuery,
  Dependency,
  Deploy,
  ServiceComparison,
  ServiceDependencies,
} from './comparisons.ts';
export {
  Silence,
  SilencedAlert,
  SilenceDetail,
  SilenceEntry,
  SilenceList,
  SilenceMatcher,
  SilencePreview,
  SilencePreviewRequest,
  SilenceQuery,
  SilenceRequest,
  SilenceState,
  SilenceWarning,
} from './silences.ts';
export { ErrorBody } from './errors.ts';
export { BrowserPage, ServerEvent } from './events.ts';
export {
  DemoFault,
  DemoFaultRequest,
  DemoState,
  NextStep,
  NextSteps,
  SampleWeek,
} from './first-week.ts';
export {
  CreatedToken,
  CreateTokenRequest,
  CreateUserRequest,
  RedeemLinkRequest,
  Role,
  SessionView,
  SetPasswordRequest,
  SetRoleRequest,
  SignInLink,
  SignInRequest,
  TokenList,
  TokenView,
  UserList,
  UserView,
} from './identity.ts';
export {
  API_PREFIX,
  BACKUP_PATH,
  EVENTS_PATH,
  type Method,
  PATHS,
  type RouteName,
} from './paths.ts';
export { LintedRule, LintFinding, LintReport, LintRequest, LintSeverity } from './lint.ts';
export { QueryList, QueryState, RunningQuery, SlowQuery } from './queries.ts';
export { RuleQuality, RuleQualityQuery, RuleRecord } from './rule-quality.ts';
export {
  ROUTES,
  type RouteHandlers,
  type RouteInput,
  type RouteOutput,
  type RouteSchema,
} from './routes.ts';
export { ServiceEntry, ServiceList, ServiceStanding } from './services.ts';
export {
  BoardSignal,
  GoldenSignals,
  RunningVersion,
  ServiceSignals,
  Signal,
  SignalKind,
  SignalLine,
  SignalUnit,
} from './signals.ts';
export { BurnDown, SloAlert, SloDetail, SloList, SloQuery, SloState, SloSummary } from './slos.ts';
export { Sparkline } from './sparkline.ts';
export {
  ProbeAnswer,
  ProbeList,
  ProbeOutcome,
  ProbePhase,
  ProbeView,
} from './probes.ts';
export { Settings, Status } from './status.ts';
export {
  DroppedTarget,
  RelabelRule,
  RelabelSteps,
  TargetList,
  TargetShard,
  TargetView,
} from './targets.ts';
export { UnusedMetric, UnusedMetrics, UnusedQuery } from './unused.ts';
