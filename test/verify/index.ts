/** All verifications, in the order of the way from a first start to a page. */
import { differential } from './differential.ts';
import { recordKills } from './record-kills.ts';
import type { Verification } from './verification.ts';

export type { Verification, VerificationResult } from './verification.ts';

export const VERIFICATIONS: readonly Verification[] = [differential, recordKills];
