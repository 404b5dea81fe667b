export function objectivePath(name: string): string {
  return `/objectives/${encodeURIComponent(name)}`;
}

export function serviceObjectivesPath(name: string): string {
  return `/objectives?service=${encodeURIComponent(name)}`;
}
