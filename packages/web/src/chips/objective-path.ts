export function objectivePath(name: string): string {
  return `/objectives/${encodeURIComponent(name)}`;
}
