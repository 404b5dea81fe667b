/** Focuses the field of this page that finds or filters; its element carries `data-search`. */
export function focusSearch(): void {
  const holder = document.querySelector<HTMLElement>('[data-search]');
  const field = holder?.matches('input, [contenteditable]')
    ? holder
    : holder?.querySelector<HTMLElement>('input, textarea, [contenteditable="true"]');
  field?.focus();
}
