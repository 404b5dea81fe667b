/** Accessibility of the page that a browser shows now. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is fading in has no colours of its own yet; nothing in the page moves for longer. */
const SETTLE_MS_MAX = 2000;

/** The findings of axe that are serious or worse, as lines: rule, element, what is wrong. */
export async function findSeriousFaults(page: Page): Promise<readonly string[]> {
  // As a string: the page's content security policy rightly refuses an injected script.
  await page.evaluate(AXE);
  await page.evaluate(
    `Promise.race([
      Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
      new Promise((resolve) => setTimeout(resolve, ${SETTLE_MS_MAX})),
    ]).then(() => undefined)`,
  );
  const found: unknown = await page.evaluate(
    `axe.run().then((result) => result.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ' ' + html + ' ' + failureSummary)))`,
  );
  return Array.isArray(found) ? found.map(String) : [String(found)];
}
