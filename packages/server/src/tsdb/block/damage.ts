/** What is wrong with a block that cannot be used as it is. */
export class BlockDamage extends Error {
  /** `what` says the part of the block, for instance `index: symbols`. */
  constructor(what: string, reason: string) {
    super(`${what}: ${reason}`);
    this.name = 'BlockDamage';
  }
}
