/** The tests of the pure parts run on Node; nothing else here may use its globals. */
/// <reference types="node" />
