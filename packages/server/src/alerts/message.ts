/** What a page says. */
import type { Catalog, Service } from '../catalog/index.ts';
import type { Message } from '../notify/index.ts';
import { isBrokenText } from '../rules/index.ts';
import { labelValue } from '../series/index.ts';
import type { Alert, Page } from './model.ts';
import { probationAuthor } from './policy.ts';
import { clockTime, endSentence } from './sentences.ts';

/** The one line to read first; where its template is broken, the alert's name says more. */
export function summaryOf({ annotations, name }: Pick<Alert, 'annotations' | 'name'>): string {
  const summary = annotations.summary?.trim() ?? '';
  return summary === '' || isBrokenText(summary) ? name : summary;
}

/** The service as it is declared today; an alert keeps the name that it had when it began. */
export function findService(catalog: Catalog, alert: Alert): Service | undefined {
  if (alert.service === undefined) return undefined;
  const declared = catalog.findService(alert.service);
  if (declared !== undefined) return declared;
  const service = catalog.serviceOf(alert.labels);
  return service?.name === alert.service ? service : undefined;
}

/** Where the first steps are written down: by the rule, else by the service. */
export function playbookOf(alert: Alert, service: Service | undefined): string | undefined {
  return alert.annotations.playbook || alert.annotations.runbook_url || service?.playbook;
}

/** Writes the message of a page. */
export function createMessage(alert: Alert, page: Page, service: Service | undefined): Message {
  return {
    pageId: page.id,
    kind: page.kind,
    isTest: false,
    isRepeat: page.isRepeat,
    title: page.kind === 'resolved' ? `Over: ${summaryOf(alert)}` : summaryOf(alert),
    body: describe(alert, page),
    step: page.step,
    policy: alert.policy,
    alert: {
      id: alert.id,
      name: alert.name,
      summary: summaryOf(alert),
      output: alert.output,
      fingerprint: alert.fingerprint,
      labels: alert.labels,
      annotations: alert.annotations,
      value: alert.value,
      service: alert.service,
      owner: service?.owner || undefined,
      playbook: playbookOf(alert, service),
      firedAtMs: alert.firedAtMs ?? alert.activeAtMs,
      resolvedAtMs: page.kind === 'resolved' ? alert.resolvedAtMs : undefined,
    },
  };
}

function describe(alert: Alert, page: Page): string {
  const sentences = [endSentence(alert.annotations.description ?? '')];
  if (page.kind === 'resolved' && alert.resolvedAtMs !== undefined) {
    const by = alert.resolvedBy === undefined ? 'Ended' : `${alert.resolvedBy} resolved it`;
    sentences.push(`${by} at ${clockTime(alert.resolvedAtMs)}.`);
  } else {
    const where = labelValue(alert.labels, 'instance');
    const at = where === '' ? '' : ` at ${where}`;
    sentences.push(`Firing${at} since ${clockTime(alert.firedAtMs ?? alert.activeAtMs)}.`);
    const author = probationAuthor(alert.policy);
    if (author !== undefined)
      sentences.push(`On probation: only ${author}, who wrote it, is paged.`);
    if (page.step > 1) sentences.push(`Nobody has acknowledged; this is step ${page.step}.`);
  }
  if (page.isRepeat) sentences.push('This may be a repeat.');
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
