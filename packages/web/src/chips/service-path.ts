export function servicePath(name: string): string {
  return `/services/${encodeURIComponent(name)}`;
}

export function serviceAlertsPath(name: string): string {
  return `/alerts?state=all&service=${encodeURIComponent(name)}`;
}

export function serviceTargetsPath(name: string): string {
  return `/targets?q=${encodeURIComponent(name)}`;
}

export function serviceComparePath(name: string): string {
  return `${servicePath(name)}/compare`;
}
