/**
 * The machine that Nines runs on, under the names of node_exporter.
 *
 * `createHostCollector` gives an exposition page: CPU, memory, disks, filesystems, network and
 * load, so that a first start has something to watch, and so that dashboards and rules written for
 * node_exporter fit. Linux is read from /proc; elsewhere there is what Node itself can say.
 *
 * Besides, the CPU's utilization is sampled each second into buckets of 5 %: a counter that any
 * scrape interval sums up without loss, where an average over a minute hides a spike of seconds
 * (the book, chapter 6, on choosing an appropriate resolution).
 */
export { createHostCollector, type HostCollector } from './collector.ts';
export { createSystemHost, type HostReader } from './host-reader.ts';
