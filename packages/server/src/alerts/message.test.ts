import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCatalog } from '../catalog/index.ts';
import { createLabels } from '../series/index.ts';
import { createMessage, findService } from './message.ts';
import type { Alert, Page } from './model.ts';
import { createStage, createTransition, STAGE_START_MS } from './testing.ts';

const LABELS = { alertname: 'HighErrors', severity: 'page', job: 'shop', instance: 'shop:80' };

async function createPaged(): Promise<{ readonly alert: Alert; readonly page: Page }> {
  const stage = await createStage();
  const transition = createTransition('firing', LABELS, { atMs: stage.clock.now() });
  await stage.core().service.applyTransitions([transition]);
  const [{ alert, pages }] = [...stage.core().book.files()];
  return { alert, page: pages[0] };
}
const withTexts = (alert: Alert, annotations: Alert['annotations']): Alert => ({
  ...alert,
  annotations,
});

describe('createMessage', () => {
  it('says what, where and since when', async () => {
    const { alert, page } = await createPaged();
    const message = createMessage(alert, page, undefined);
    assert.equal(message.title, 'HighErrors is bad');
    assert.equal(message.body, 'Firing at shop:80 since 03:00:00 UTC.');
    assert.equal(message.pageId, page.id);
    assert.equal(message.alert.firedAtMs, STAGE_START_MS);
  });
  it('falls back to the name, and begins with the description', async () => {
    const { alert, page } = await createPaged();
    const texts = { description: 'One order in thirty fails' };
    const message = createMessage(withTexts(alert, texts), page, undefined);
    assert.equal(message.title, 'HighErrors');
    assert.match(message.body, /^One order in thirty fails\. Firing at/);
  });
  it('is not headed by a template that could not be expanded', async () => {
    const { alert, page } = await createPaged();
    const texts = { summary: '<error expanding template: no such field>' };
    assert.equal(createMessage(withTexts(alert, texts), page, undefined).title, 'HighErrors');
  });
  it('says that nobody has come, and that it may be a repeat', async () => {
    const { alert, page } = await createPaged();
    const message = createMessage(alert, { ...page, step: 2, isRepeat: true }, undefined);
    assert.match(message.body, /Nobody has acknowledged; this is step 2\. This may be a repeat\.$/);
  });
  it('takes the playbook of the rule, else of the service', async () => {
    const { alert, page } = await createPaged();
    const service = {
      name: 'shop',
      owner: 'Team Shop',
      description: undefined,
      selectors: [],
      playbook: 'https://wiki.example/shop',
      escalationPolicy: undefined,
      isDeclared: true,
    };
    const playbookOf = (annotations: Alert['annotations']) =>
      createMessage(withTexts(alert, annotations), page, service).alert.playbook;
    assert.equal(playbookOf({}), 'https://wiki.example/shop');
    assert.equal(playbookOf({ runbook_url: 'https://runbook' }), 'https://runbook');
    assert.equal(playbookOf({ playbook: 'https://play', runbook_url: 'x' }), 'https://play');
    assert.equal(createMessage(alert, page, service).alert.owner, 'Team Shop');
  });
});

describe('findService', () => {
  it('finds an undeclared service by its job, and none where the name has another meaning now', async () => {
    const { alert } = await createPaged();
    const catalog = createCatalog();
    assert.equal(findService(catalog, { ...alert, service: 'shop' })?.isDeclared, false);
    assert.equal(findService(catalog, { ...alert, service: 'gone' }), undefined);
    assert.equal(findService(catalog, { ...alert, service: undefined }), undefined);
    const labels = createLabels({ job: 'other' });
    assert.equal(findService(catalog, { ...alert, service: 'shop', labels }), undefined);
  });
});
