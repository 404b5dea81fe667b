import {
  createTheme,
  type MantineColorScheme,
  localStorageColorSchemeManager,
} from '@mantine/core';
import styles from './controls.module.css';

/** Where the viewer's choice of theme is kept in this browser. */
export const COLOR_SCHEME_KEY = 'nines.theme';

export const colorSchemeManager = localStorageColorSchemeManager({ key: COLOR_SCHEME_KEY });

export const COLOR_SCHEMES: readonly MantineColorScheme[] = ['auto', 'light', 'dark'];

/**
 * Mantine dressed in the tokens. All values are CSS variables of tokens.css, so that no style
 * sheet has to be generated in the browser: the content security policy would refuse it.
 */
export const theme = createTheme({
  cursorType: 'pointer',
  defaultRadius: 'default',
  respectReducedMotion: true,
  components: {
    Button: {
      defaultProps: { variant: 'default', size: 'xs' },
      classNames: { root: styles.button, section: styles.buttonSection },
    },
    TextInput: { defaultProps: { size: 'xs' }, classNames: fieldClassNames() },
    PasswordInput: { defaultProps: { size: 'xs' }, classNames: fieldClassNames() },
    NativeSelect: { defaultProps: { size: 'xs' }, classNames: fieldClassNames() },
  },
});

function fieldClassNames() {
  return { input: styles.input, label: styles.label, description: styles.description };
}
