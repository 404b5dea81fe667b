/** The catalogue: what is declared beside what is seen. */
import Type from 'typebox';

/** Which of the two knows a service. */
export const ServiceStanding = Type.Union([
  /** Declared, and something of it is seen. */
  Type.Literal('owned'),
  /** Seen, but declared by nobody. */
  Type.Literal('unowned'),
  /** Declared, but nothing of it is seen. */
  Type.Literal('unseen'),
  /** What Nines watches without being told to. */
  Type.Literal('self'),
]);
export type ServiceStanding = Type.Static<typeof ServiceStanding>;

export const ServiceEntry = Type.Object({
  name: Type.String(),
  standing: ServiceStanding,
  owner: Type.Union([Type.String(), Type.Null()]),
  description: Type.Union([Type.String(), Type.Null()]),
  /** Its selectors, as they are declared; none where it is not. */
  match: Type.Array(Type.String()),
  /** The jobs that its targets and series have; the list is bounded. */
  jobs: Type.Array(Type.String()),
  targetsUp: Type.Integer(),
  targetsTotal: Type.Integer(),
  /** Whether series of it came without a scrape, by remote write or OTLP. */
  isPushed: Type.Boolean(),
});
export type ServiceEntry = Type.Static<typeof ServiceEntry>;

export const ServiceList = Type.Object({
  now: Type.Integer(),
  /** How far back series count as seen. */
  seenMs: Type.Integer(),
  /** The two differences first: owned by nobody, then not seen; by name within. */
  services: Type.Array(ServiceEntry),
});
export type ServiceList = Type.Static<typeof ServiceList>;
