export function alertPath(id: string): string {
  return `/alerts/${encodeURIComponent(id)}`;
}
