/** Where a board in a file is shown. */
export function boardFilePath(name: string): string {
  return `/boards/${encodeURIComponent(name)}`;
}
