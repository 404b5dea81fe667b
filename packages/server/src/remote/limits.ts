/** The bounds of what comes and goes by network, each with its reason. */

/** A packed body. Prometheus sends 2,000 samples, some 50 KiB; vmagent up to 8 MiB unpacked. */
export const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** The same unpacked: reading it holds up everything else, for a third of a second at most. */
export const UNPACKED_BYTES_MAX = 32 * 1024 * 1024;

/** Samples of one request: what a store takes at once (a batch of its log). */
export const REQUEST_SAMPLES_MAX = 1_000_000;

/** Reasons that an answer names one by one; the rest is counted. */
export const FAULTS_NAMED_MAX = 10;

/** Known series by the bytes of their labels: 40 bytes and the labels each. */
export const KNOWN_SERIES_MAX = 2_000_000;

/** Bytes of labels that are kept, for a million series of 250; beyond, all are learnt anew. */
export const KNOWN_BYTES_MAX = 256 * 1024 * 1024;

/** Metrics whose type, help and unit are remembered. */
export const METADATA_METRICS_MAX = 50_000;

/** A help text beyond this is cut: it is read by people. */
export const HELP_CHARS_MAX = 4 * 1024;

/** Characters of all labels of an exemplar together, as OpenMetrics bounds them. */
export const EXEMPLAR_CHARS_MAX = 128;

/** Distinct texts of one request: more than its samples could use for their labels. */
export const REQUEST_SYMBOLS_MAX = 500_000;

/** Texts that are known over requests, by number; a label has two. */
export const KNOWN_SYMBOLS_MAX = 2_000_000;

/** Labels of one series; the store takes 255. */
export const SERIES_LABELS_MAX = 256;
