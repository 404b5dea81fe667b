/** For tests of other modules: a store on a disk in memory. */
export { createBatch, type Fixture, openFixture, SMALL } from './store-fixture.ts';
