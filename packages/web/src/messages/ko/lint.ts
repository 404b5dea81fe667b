import type { lint as en } from '../en/lint.ts';
import type { Translation } from '../translation.ts';

export const lint = {
  'lint.title': '규칙 검사',
  'lint.error': '오류',
  'lint.warning': '경고',
  'lint.note': '참고',
  'lint.errors': { other: '오류 {count}건' },
  'lint.warnings': { other: '경고 {count}건' },
  'lint.notes': { other: '참고 {count}건' },
  'lint.place': '{file} {line}행',
  'lint.silenced': { other: '주석으로 숨긴 항목 {count}건' },
  'lint.unasked': { other: '시간이 모자라 규칙 {count}개의 시계열은 조회하지 못했습니다.' },
  'lint.failed': '규칙을 검사하지 못했습니다',
  'lint.others': '기록 규칙과 파일',
  'lint.fine': '지적할 것이 없습니다.',
  'lint.reads': '평가 한 번에 시계열 {series}개, 샘플 {samples}개를 읽습니다.',
  'lint.alertsMax': '한꺼번에 최대 {alerts}건의 알림이 될 수 있습니다.',
  'quality.title': '규칙의 이력',
  'quality.since': '{time}부터',
  'quality.failed': '규칙의 이력을 알 수 없습니다',
  'quality.never': { other: '한 번도 발생하지 않은 규칙 {count}개' },
  'quality.flaps':
    '발생과 해소를 되풀이합니다: 알림 {fired}건 가운데 {returned}건이 10분 안에 다시 발생했습니다.',
  'quality.together': '및 {name} 규칙은 늘 함께 발생합니다: {times}회.',
  'quality.fine': '발생과 해소를 되풀이하거나 늘 함께 발생하는 규칙이 없습니다.',
} as const satisfies Translation<typeof en>;
