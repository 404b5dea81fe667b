/**
 * Black-box probes: asks a target as its users do, and says how that went.
 *
 * ```
 * blackbox.yml ─ read-modules ─▶ ProbeModule ─┐
 *                            target, timeout ─┴─ prober ─▶ http-, stream-, dns-, icmp-prober
 *                                                             │ connect: each address is judged
 *              ProbeResult: verdict, metrics, evidence ◀─ run ┘
 * ```
 *
 * Modules, metrics and verdicts are blackbox_exporter's (0.28), so that its files and the dashboards
 * and alerts made for it work as they are. Probers are loaded with the first probe.
 */
import type { runProbe } from './prober.ts';

export type { ProbeModule } from './module.ts';
export { readModuleFile, readModules } from './read-modules.ts';
export type { ProbeOrder, ProberOptions, ProbeResult } from './prober.ts';

/** Loads what runs probes. */
export async function loadProber(): Promise<typeof runProbe> {
  return (await import('./prober.ts')).runProbe;
}
