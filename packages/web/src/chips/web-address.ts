/** Whether a text may become a link: an annotation may hold anything, also `javascript:`. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text);
}
