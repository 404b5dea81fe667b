/** The page that stands in when nothing answers: since when, what to do; it leaves by itself. */
import { setLocale } from '../format/locale.ts';
import { viewerTime } from '../format/time.ts';
import { chooseLanguage } from '../messages/language.ts';
import { browserClockSource, browserLanguages, browserStorage } from '../platform/browser.ts';
import { readLastAnswer } from './last-answer.ts';
import { TEXTS } from './texts.ts';

const AGAIN_EVERY_MS = 5000;
/** Answers without anyone being signed in. */
const HEALTH_PATH = '/-/healthy';

const language = chooseLanguage(browserStorage, browserLanguages());
const texts = TEXTS[language];
setLocale(language === 'ko' ? 'ko-KR' : 'en-GB');

function describe(): string {
  const atMs = readLastAnswer(browserStorage);
  if (atMs === undefined) return texts.unknown;
  return texts.since.replace('{time}', viewerTime.short(atMs, browserClockSource.now()));
}

function write(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element !== null) element.textContent = text;
}

/** Whatever answers is better than this page, also a server that is still starting. */
function askAgain(): void {
  fetch(HEALTH_PATH, { cache: 'no-store' }).then(
    () => window.location.reload(),
    () => undefined,
  );
}

document.documentElement.lang = language;
document.documentElement.dataset['theme'] = browserStorage.read('nines.theme') ?? 'auto';
document.title = texts.title;
write('title', describe());
write('meaning', texts.meaning);
write('remedy', texts.remedy);
write('again', texts.again.replace('{seconds}', String(AGAIN_EVERY_MS / 1000)));
write('retry', texts.retry);
document.getElementById('retry')?.addEventListener('click', askAgain);
window.addEventListener('online', askAgain);
browserClockSource.setInterval(askAgain, AGAIN_EVERY_MS);
