// Calm and dense: one accent, small radii, system fonts.
import { createTheme, DEFAULT_THEME, type MantineColorsTuple } from '@mantine/core';

// One step darker than usual where it is text: readable under the pointer as well (WCAG AA).
const red = DEFAULT_THEME.colors.red.map((shade, at, all) =>
  at === 8 ? (all[9] ?? shade) : shade,
) as unknown as MantineColorsTuple;

export const theme = createTheme({
  colors: { red },
  primaryColor: 'blue',
  // Dark enough for white text on it, and as text on white (WCAG AA).
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
  components: {
    // The colour of an alert is in its ground and its icon; its title must be readable.
    Alert: { styles: { label: { color: 'var(--mantine-color-text)' } } },
    Table: { defaultProps: { verticalSpacing: 6, highlightOnHover: true } },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Button: { defaultProps: { size: 'sm' } },
    // A name needs a role: what is loading is said to those who listen.
    Loader: { defaultProps: { role: 'status' } },
  },
});
