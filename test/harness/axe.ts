/** Accessibility of the page that a browser shows now. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The findings of axe that are serious or worse, as lines: rule, element, what is wrong. */
export async function findSeriousFaults(page: Page): Promise<readonly string[]> {
  // As a string: the page's content security policy rightly refuses an injected script.
  await page.evaluate(AXE);
  const found: unknown = await page.evaluate(
    `axe.run().then((result) => result.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ' ' + html + ' ' + failureSummary)))`,
  );
  return Array.isArray(found) ? found.map(String) : [String(found)];
}
