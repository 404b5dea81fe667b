/** Loaded before the entry of a thread, as nines.mjs before that of the program: its modules are found the same way. */
import { guideImports } from './imports.mjs';

guideImports();
