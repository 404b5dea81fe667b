/** The folder of boards on disk: versioned files, and what is said where one is not written. */
import {
  conflict,
  createVersionedFiles,
  unavailable,
  type VersionedFiles,
} from '../platform/index.ts';

/** Its errors are `BOARD_EXISTS`, `BOARD_CHANGED` and `BOARD_UNWRITABLE`. */
export type BoardFiles = VersionedFiles;

/** Works on the disk of this machine. */
export function createBoardFiles(): BoardFiles {
  return createVersionedFiles({
    exists(file) {
      const message = `there is a file ${file} already; reload the configuration and add the panel to that board, or choose another name`;
      return conflict('BOARD_EXISTS', message);
    },
    changed(file) {
      const message = `${file} was changed on disk since it was read; nothing was written: reload the configuration, look at the board, and add the panel again`;
      return conflict('BOARD_CHANGED', message);
    },
    unwritable(file, why, cause) {
      const message = `cannot write ${file}: ${why}; make its folder writable for Nines, or copy the YAML into the file by hand`;
      return unavailable('BOARD_UNWRITABLE', message, { cause });
    },
  });
}
