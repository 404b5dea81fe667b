/** The labels of a cluster's objects, under the names that Prometheus gave them. */
import type { Node, ObjectMeta, Pod, Service } from './kubernetes-objects.ts';
import { sanitizeName } from './json-view.ts';

export const META = '__meta_kubernetes_';

export type LabelPair = readonly [string, string];

/** Labels and annotations of an object: what they say, and that they are there. */
export function* annotationLabels(meta: ObjectMeta, role: string): Generator<LabelPair> {
  for (const [name, value] of meta.labels) {
    yield [`${META}${role}_label_${sanitizeName(name)}`, value];
    yield [`${META}${role}_labelpresent_${sanitizeName(name)}`, 'true'];
  }
  for (const [name, value] of meta.annotations) {
    yield [`${META}${role}_annotation_${sanitizeName(name)}`, value];
    yield [`${META}${role}_annotationpresent_${sanitizeName(name)}`, 'true'];
  }
}

/** The same, with the object's name. */
export function* objectLabels(meta: ObjectMeta, role: string): Generator<LabelPair> {
  yield [`${META}${role}_name`, meta.name];
  yield* annotationLabels(meta, role);
}

export function* namespaceLabel(meta: ObjectMeta): Generator<LabelPair> {
  yield [`${META}namespace`, meta.namespace];
}

export function* podLabels(pod: Pod): Generator<LabelPair> {
  yield [`${META}pod_ip`, pod.ip];
  yield [`${META}pod_ready`, pod.ready];
  yield [`${META}pod_phase`, pod.phase];
  yield [`${META}pod_node_name`, pod.nodeName];
  yield [`${META}pod_host_ip`, pod.hostIp];
  yield [`${META}pod_uid`, pod.meta.uid];
  yield* objectLabels(pod.meta, 'pod');
  yield [`${META}pod_controller_kind`, pod.controllerKind];
  yield [`${META}pod_controller_name`, pod.controllerName];
}

export function* serviceLabels(service: Service): Generator<LabelPair> {
  yield* namespaceLabel(service.meta);
  yield* objectLabels(service.meta, 'service');
}

export function* nodeLabels(node: Node): Generator<LabelPair> {
  yield [`${META}node_provider_id`, node.providerId];
  for (const [type, status] of node.conditions) {
    yield [`${META}node_condition_${sanitizeName(type)}`, status];
  }
  yield* objectLabels(node.meta, 'node');
}
