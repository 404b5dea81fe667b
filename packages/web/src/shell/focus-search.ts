const FIELDS = 'input, select, textarea, [contenteditable="true"]';

/** Focuses the field of this page that finds or filters; its element carries `data-search`. */
export function focusSearch(): void {
  const holder = document.querySelector<HTMLElement>('[data-search]');
  if (holder === null) return;
  const field = holder.matches(FIELDS) ? holder : findField(holder);
  field?.focus();
}

function findField(holder: HTMLElement): HTMLElement | null {
  const own = holder.querySelector<HTMLElement>(FIELDS);
  if (own !== null) return own;
  // The editor keeps itself in a shadow root.
  for (const child of holder.querySelectorAll('*')) {
    const field = child.shadowRoot?.querySelector<HTMLElement>(FIELDS);
    if (field !== null && field !== undefined) return field;
  }
  return null;
}
