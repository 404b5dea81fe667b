/**
 * Black-box probes: asks a target as its users do, and says how that went.
 *
 * ```
 * blackbox.yml ─ read-modules ─▶ ProbeModule
 * ```
 *
 * Modules, metrics and verdicts are blackbox_exporter's (0.28), so that its files and the dashboards
 * and alerts made for it work as they are.
 */
export { readModuleFile } from './read-modules.ts';
