export const lint = {
  'lint.title': 'Lint',
  'lint.error': 'Error',
  'lint.warning': 'Warning',
  'lint.note': 'Note',
  'lint.errors': { one: '{count} error', other: '{count} errors' },
  'lint.warnings': { one: '{count} warning', other: '{count} warnings' },
  'lint.notes': { one: '{count} note', other: '{count} notes' },
  'lint.place': '{file}, line {line}',
  'lint.silenced': {
    one: '{count} finding is silenced by a comment',
    other: '{count} findings are silenced by comments',
  },
  'lint.unasked': {
    one: 'There was no time to ask for the series of {count} rule.',
    other: 'There was no time to ask for the series of {count} rules.',
  },
  'lint.failed': 'The rules could not be looked through',
  'lint.others': 'Recording rules and files',
  'lint.fine': 'Nothing to say about it.',
  'lint.reads': 'An evaluation looks at {series} series and {samples} samples.',
  'lint.alertsMax': 'It could be {alerts} alerts at once.',
} as const;
