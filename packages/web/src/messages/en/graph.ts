export const graph = {
  'graph.others': {
    one: '{count} other series in grey; the {shown} largest have a name.',
    other: '{count} other series in grey; the {shown} largest have a name.',
  },
  'graph.hidden': { one: '{count} is not drawn.', other: '{count} are not drawn.' },
} as const;
