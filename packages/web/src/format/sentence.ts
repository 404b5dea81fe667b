/** Error texts and reasons begin in lower case and have no full stop; a sentence has both. */
export function toSentence(message: string): string {
  const head = capitalize(message.trim());
  return head === '' || /[.!?…]$/.test(head) ? head : `${head}.`;
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
