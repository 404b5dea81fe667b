/** Parts that a server does without until somebody asks. */
import type { escapeTemplates } from './html-escape.ts';
import type { HTML_FUNCTIONS } from './html-functions.ts';

export interface HtmlTemplateParts {
  readonly escapeTemplates: typeof escapeTemplates;
  readonly HTML_FUNCTIONS: typeof HTML_FUNCTIONS;
}

/** Loads what makes templates of HTML safe. */
export async function loadHtmlTemplates(): Promise<HtmlTemplateParts> {
  const [escape, functions] = await Promise.all([
    import('./html-escape.ts'),
    import('./html-functions.ts'),
  ]);
  return { ...escape, ...functions };
}
