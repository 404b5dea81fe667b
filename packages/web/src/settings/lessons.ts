/** The lines of nines.yaml that put something where nothing is yet. */
export const LESSONS = {
  config: `scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:8080'] }]`,
  services: `services:
  - name: shop
    owner: payments
    match: ['{job="shop"}']`,
  policies: `escalation_policies:
  - name: default
    steps:
      - { notify: [browser], wait: 5m }
      - { notify: ['webhook/ops'], wait: 10m }`,
  webhooks: `webhooks:
  - name: ops
    url: https://hooks.example.org/ops`,
  rules: `rule_files:
  - rules/*.yml`,
} as const;
