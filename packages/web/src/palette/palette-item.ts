/** One thing that can be found or done. */
export interface PaletteItem {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly run: () => void;
}
