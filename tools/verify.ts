/**
 * `npm run verify -- NAME`: runs one promise of the project at full length and prints its figures as
 * JSON; exits 1 when the promise is not kept, 3 when this machine lacks what it needs. Without a
 * name it lists them. A seeded sample of each is part of `npm test`.
 */
import { VERIFICATIONS } from '../test/verify/index.ts';

const [name] = process.argv.slice(2);
const verification = VERIFICATIONS.find((one) => one.name === name);
if (verification === undefined) {
  for (const one of VERIFICATIONS) console.log(`${one.name.padEnd(22)} ${one.promise}`);
  if (name !== undefined) console.error(`there is no verification "${name}"`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  const result = await verification.run();
  console.log(JSON.stringify({ name: verification.name, ...result }, undefined, 2));
  process.exitCode = result.isKept ? 0 : result.missing === undefined ? 1 : 3;
}
