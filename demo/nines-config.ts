/**
 * The demo's nines.yaml, written anew at each start since the shop's ports change. What does not
 * change stands beside this file: rules.yml, slos, playbooks.
 */
import { join } from 'node:path';
import type { PlacedInstance } from './shop.ts';

const HERE = import.meta.dirname;
/** Short, so that what is broken shows at once; a real shop would take 15 s. */
const INTERVAL = '2s';

/** Writes the configuration as text. */
export function formatNinesConfig(options: {
  readonly instances: readonly PlacedInstance[];
  readonly controlUrl: string;
}): string {
  const { instances, controlUrl } = options;
  const services = [...new Set(instances.map(({ service }) => service))];
  // JSON is YAML, and quotes what needs it: a Windows path is full of backslashes.
  const file = (...path: readonly string[]): string => JSON.stringify(join(HERE, ...path));
  return `# Written by npm run demo at each start; changes are lost. Reference: docs/reference/config.md.
global: { scrape_interval: ${INTERVAL}, evaluation_interval: ${INTERVAL} }

scrape_configs:
${services.map((service) => formatJob(service, instances)).join('')}
rule_files: [${file('rules.yml')}]
slo_files: [${file('slos', 'pay.yaml')}, ${file('slos', 'front.yaml')}]

services:
  - name: front
    owner: storefront
    description: What customers see. Everything they do begins here.
    playbook: ${controlUrl}/playbooks/front
    escalation_policy: shop
  - name: cart
    owner: storefront
    description: Knows what customers want, and turns it into orders.
    playbook: ${controlUrl}/playbooks/cart
    escalation_policy: shop
  - name: pay
    owner: payments
    description: Takes the money, on two instances.
    playbook: ${controlUrl}/playbooks/pay
    escalation_policy: shop

# The page of whoever watches the demo; a second round after a minute.
escalation_policies:
  - name: shop
    steps:
      - { notify: [browser], wait: 1m }
      - { notify: [browser], wait: 2m }
    repeat: 1

demo: { control: ${JSON.stringify(controlUrl)} }
`;
}

/** Names instead of ports: an instance keeps its series over all starts of the demo. */
function formatJob(service: string, instances: readonly PlacedInstance[]): string {
  const targets = instances
    .filter((one) => one.service === service)
    .map(
      ({ instance, port }) =>
        `      - { targets: ['127.0.0.1:${port}'], labels: { instance: ${instance} } }\n`,
    );
  return `  - job_name: ${service}\n    static_configs:\n${targets.join('')}`;
}
