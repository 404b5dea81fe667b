/**
 * The route table: for each route what it takes and what it answers. The server must implement
 * every entry (a type error otherwise), validates with these schemas, and prints its OpenAPI
 * document from them; clients derive their types from the same table.
 */
import Type, { type TSchema } from 'typebox';
import {
  AlertDetail,
  AlertList,
  AlertQuery,
  AlertSummary,
  ResolveRequest,
  TagsRequest,
} from './alerts.ts';
import { Backtest, BacktestRequest } from './backtests.ts';
import { Board } from './board.ts';
import { Explanation, RuleList, WhyQuery } from './explanations.ts';
import { LintReport, LintRequest } from './lint.ts';
import { RuleQuality, RuleQualityQuery } from './rule-quality.ts';
import { AddPanelRequest, BoardFile, BoardFileList, PanelDraft, PanelText } from './board-files.ts';
import { ChannelList, ChannelTest, ChannelTestRequest, TestPage } from './channels.ts';
import { DemoFaultRequest, DemoState, NextSteps, SampleWeek } from './first-week.ts';
import {
  CreatedToken,
  CreateTokenRequest,
  CreateUserRequest,
  RedeemLinkRequest,
  type Role,
  SessionView,
  SetPasswordRequest,
  SetRoleRequest,
  SignInLink,
  SignInRequest,
  TokenList,
  UserList,
  UserView,
} from './identity.ts';
import { ComparisonQuery, ServiceComparison, ServiceDependencies } from './comparisons.ts';
import type { RouteName } from './paths.ts';
import {
  EndProbationRequest,
  RuleChange,
  RuleDraft,
  RuleFileList,
  RuleText,
  SaveRuleRequest,
  UndoRuleRequest,
} from './rule-files.ts';
import { ProbeAnswer, ProbeList, ProbeRequest } from './probes.ts';
import { QueryList } from './queries.ts';
import { ServiceList } from './services.ts';
import { ServiceSignals } from './signals.ts';
import {
  SilenceDetail,
  SilenceList,
  SilencePreview,
  SilencePreviewRequest,
  SilenceQuery,
  SilenceRequest,
} from './silences.ts';
import { SloDetail, SloList, SloQuery } from './slos.ts';
import { Settings, Status } from './status.ts';
import { RelabelStepQuery, RelabelSteps, TargetList } from './targets.ts';
import { UnusedMetrics, UnusedQuery } from './unused.ts';

const None = Type.Object({});
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const Named = Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) });

/** What one route takes and answers. An empty object where there is nothing. */
export interface RouteSchema {
  readonly params: TSchema;
  readonly query: TSchema;
  readonly body: TSchema;
  readonly response: TSchema;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Whether it answers without anyone being signed in. */
  readonly isPublic: boolean;
  /** The least role that may call it. */
  readonly role: Role;
}

/** Whoever may look may call it, as long as nothing else is said. */
const base = {
  params: None,
  query: None,
  body: None,
  response: None,
  isPublic: false,
  role: 'viewer',
} as const;
const responder = { ...base, role: 'responder' } as const;
const admin = { ...base, role: 'admin' } as const;

export const ROUTES = {
  getSession: { ...base, response: SessionView, isPublic: true, summary: 'Who is signed in.' },
  createSession: {
    ...base,
    body: SignInRequest,
    response: SessionView,
    isPublic: true,
    summary: 'Signs in with a name and a password; sets the session cookie.',
  },
  redeemLink: {
    ...base,
    body: RedeemLinkRequest,
    response: SessionView,
    isPublic: true,
    summary: 'Signs in with a one-time link; sets the session cookie.',
  },
  deleteSession: { ...base, summary: 'Signs out.' },
  setOwnPassword: { ...base, body: SetPasswordRequest, summary: 'Sets one’s own password.' },
  listUsers: { ...admin, response: UserList, summary: 'All users.' },
  createUser: {
    ...admin,
    body: CreateUserRequest,
    response: UserView,
    summary: 'Creates a user, who then signs in with a link.',
  },
  createUserLink: {
    ...admin,
    params: Id,
    response: SignInLink,
    summary: 'Makes a one-time sign-in link for a user.',
  },
  setUserRole: {
    ...admin,
    params: Id,
    body: SetRoleRequest,
    response: UserView,
    summary: 'Changes what a user may do; the last admin stays one.',
  },
  listTokens: { ...admin, response: TokenList, summary: 'API tokens, without their secrets.' },
  createToken: {
    ...base,
    body: CreateTokenRequest,
    response: CreatedToken,
    summary: 'Creates an API token; the secret is shown this once.',
  },
  deleteToken: { ...admin, params: Id, summary: 'Revokes an API token.' },
  getBoard: { ...base, response: Board, summary: 'Services, what is firing, who has it.' },
  getStatus: { ...base, response: Status, summary: 'The state of the server itself.' },
  getSettings: { ...base, response: Settings, summary: 'The configuration in force.' },
  listTargets: { ...base, response: TargetList, summary: 'What is scraped, and how that goes.' },
  listProbes: {
    ...base,
    response: ProbeList,
    summary: 'What is probed on a schedule, and how that goes.',
  },
  runProbe: {
    ...responder,
    body: ProbeRequest,
    response: ProbeAnswer,
    summary: 'Probes a target now, and waits for the verdict.',
  },
  listQueries: {
    ...base,
    response: QueryList,
    summary: 'Queries that run, and the newest that were slow.',
  },
  getUnusedMetrics: {
    ...base,
    query: UnusedQuery,
    response: UnusedMetrics,
    summary: 'Metrics that are scraped and that no rule, objective, board or query reads.',
  },
  stopQuery: { ...responder, params: Id, summary: 'Ends a query that runs or waits.' },
  listRelabelSteps: {
    ...base,
    query: RelabelStepQuery,
    response: RelabelSteps,
    summary: 'What each relabelling rule of a job makes of labels.',
  },
  listAlerts: {
    ...base,
    query: AlertQuery,
    response: AlertList,
    summary: 'Alerts, newest first.',
  },
  getAlert: {
    ...base,
    params: Id,
    response: AlertDetail,
    summary: 'One alert with its rule, pages and whole history.',
  },
  acknowledgeAlert: {
    ...responder,
    params: Id,
    response: AlertSummary,
    summary: 'Takes an alert: stops its escalation. Doing it twice changes nothing.',
  },
  resolveAlert: {
    ...responder,
    params: Id,
    body: ResolveRequest,
    response: AlertSummary,
    summary: 'Closes an alert by hand; it reopens when its rule still fires after five minutes.',
  },
  setAlertTags: {
    ...responder,
    params: Id,
    body: TagsRequest,
    response: AlertSummary,
    summary: 'Replaces the tags of an alert.',
  },
  listSilences: {
    ...base,
    query: SilenceQuery,
    response: SilenceList,
    summary: 'Silences, what ends next first.',
  },
  getSilence: {
    ...base,
    params: Id,
    response: SilenceDetail,
    summary: 'One silence with what fires under it and all that was done to it.',
  },
  previewSilence: {
    ...base,
    body: SilencePreviewRequest,
    response: SilencePreview,
    summary: 'What matchers would silence now, and would have in the last seven days.',
  },
  createSilence: {
    ...responder,
    body: SilenceRequest,
    response: SilenceDetail,
    summary: 'Silences alerts: while it lasts, what it matches pages nobody.',
  },
  updateSilence: {
    ...responder,
    params: Id,
    body: SilenceRequest,
    response: SilenceDetail,
    summary: 'Changes a silence; with other matchers it ends, and another one is answered.',
  },
  expireSilence: {
    ...responder,
    params: Id,
    response: SilenceDetail,
    summary: 'Ends a silence now; what still fires pages at once.',
  },
  listServices: {
    ...base,
    response: ServiceList,
    summary: 'Services as they are declared and as they are seen, the differences first.',
  },
  getServiceSignals: {
    ...base,
    params: Named,
    response: ServiceSignals,
    summary: 'The golden signals of a service, as queries and values, and the versions that run.',
  },
  compareService: {
    ...base,
    params: Named,
    query: ComparisonQuery,
    response: ServiceComparison,
    summary: 'A service before and after a moment, or one group of its series against another.',
  },
  listServiceDependencies: {
    ...base,
    params: Named,
    response: ServiceDependencies,
    summary: 'Whom a service asks, by its own client metrics.',
  },
  runBacktest: {
    ...base,
    body: BacktestRequest,
    response: Backtest,
    summary: 'When a rule, edited or new, would have fired in stored history.',
  },
  explain: {
    ...base,
    query: WhyQuery,
    response: Explanation,
    summary: 'Why an alert is there, or why a rule does not fire, now or in the past.',
  },
  listRules: {
    ...base,
    response: RuleList,
    summary: 'The alerting rules in force, with their state.',
  },
  getRuleQuality: {
    ...base,
    query: RuleQualityQuery,
    response: RuleQuality,
    summary: 'Rules that never fire, that come and go, and that always fire together.',
  },
  lintRules: {
    ...base,
    body: LintRequest,
    response: LintReport,
    summary: 'What is wrong with the rules of files, by their text and by the stored series.',
  },
  lintRulesInForce: {
    ...base,
    response: LintReport,
    summary: 'The same of the rule files that the configuration names, as they are on disk.',
  },
  listRuleFiles: {
    ...base,
    response: RuleFileList,
    summary: 'The rule files that a rule can be saved in.',
  },
  formatRule: {
    ...base,
    body: RuleDraft,
    response: RuleText,
    summary: 'A rule as the lines of YAML that a rule file takes.',
  },
  saveRule: {
    ...responder,
    body: SaveRuleRequest,
    response: RuleChange,
    summary: 'Writes a rule to the end of a group of a rule file, and puts it into force.',
  },
  undoRule: {
    ...responder,
    body: UndoRuleRequest,
    response: None,
    summary: 'Puts a rule file back as it was before the newest change that was made on the page.',
  },
  endProbation: {
    ...responder,
    body: EndProbationRequest,
    response: RuleChange,
    summary: 'Ends the probation of a rule in its file: it pages as other rules do.',
  },
  listSlos: {
    ...base,
    query: SloQuery,
    response: SloList,
    summary: 'Objectives with their budgets, worst first.',
  },
  getSlo: {
    ...base,
    params: Named,
    response: SloDetail,
    summary: 'One objective with its alerts and its burn-down.',
  },
  listBoardFiles: {
    ...base,
    response: BoardFileList,
    summary: 'The boards that are declared in files.',
  },
  getBoardFile: {
    ...base,
    params: Named,
    response: BoardFile,
    summary: 'One board: its variables, its panels and its file.',
  },
  addPanel: {
    ...responder,
    params: Named,
    body: AddPanelRequest,
    response: BoardFile,
    summary: 'Adds a panel to the end of a board’s file, or begins a new board with it.',
  },
  formatPanel: {
    ...base,
    body: PanelDraft,
    response: PanelText,
    summary: 'A panel as the lines of YAML that a board’s file takes.',
  },
  listChannels: {
    ...base,
    response: ChannelList,
    summary: 'The ways a page takes to a person, and when each last worked.',
  },
  testChannel: {
    ...responder,
    body: ChannelTestRequest,
    response: ChannelTest,
    summary: 'Sends a test through one channel, and waits for what becomes of it.',
  },
  createTestPage: {
    ...responder,
    response: TestPage,
    summary: 'Pages the open browsers through a real alert, which ends when acknowledged.',
  },
  getNextSteps: { ...base, response: NextSteps, summary: 'What a newcomer does next.' },
  getDemo: { ...base, response: DemoState, summary: 'The demo’s shop, where this server runs it.' },
  setDemoFault: {
    ...responder,
    params: Id,
    body: DemoFaultRequest,
    response: DemoState,
    summary: 'Breaks something in the demo’s shop, or mends it.',
  },
  setDemoLoad: {
    ...responder,
    body: DemoFaultRequest,
    response: DemoState,
    summary: 'Lets the demo’s customers come, or sends them home.',
  },
  getSampleWeek: { ...base, response: SampleWeek, summary: 'Whether the sample week is there.' },
  createSampleWeek: {
    ...admin,
    response: SampleWeek,
    summary: 'Fills the past week with alerts that never happened, marked as such.',
  },
  deleteSampleWeek: { ...admin, response: SampleWeek, summary: 'Removes the sample week.' },
  confirmPage: {
    ...responder,
    params: Id,
    summary: 'An open browser confirms that it shows a page.',
  },
} as const satisfies Readonly<Record<RouteName, RouteSchema>>;

type Routes = typeof ROUTES;

/** What a route takes. */
export interface RouteInput<Name extends RouteName> {
  readonly params: Type.Static<Routes[Name]['params']>;
  readonly query: Type.Static<Routes[Name]['query']>;
  readonly body: Type.Static<Routes[Name]['body']>;
}

/** What a route answers. */
export type RouteOutput<Name extends RouteName> = Type.Static<Routes[Name]['response']>;

/** The functions that serve routes, one for each name; `Context` is what the server adds. */
export type RouteHandlers<Name extends RouteName, Context> = {
  readonly [Key in Name]: (
    input: RouteInput<Key>,
    context: Context,
  ) => Promise<RouteOutput<Key>> | RouteOutput<Key>;
};
