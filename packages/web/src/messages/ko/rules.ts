import type { rules as en } from '../en/rules.ts';
import type { Translation } from '../translation.ts';

export const rules = {
  'rules.failed': '규칙 파일을 불러오지 못했습니다',
  'rules.save': '규칙으로 저장 …',
  'rules.save.title': '규칙으로 저장',
  'rules.save.probation': '수습으로 저장',
  'rules.save.now': '저장하고 모두 호출',
  'rules.save.failed': '아무것도 쓰지 않았습니다:',
  'rules.name': '이름',
  'rules.summary': '요약: 호출받은 사람이 가장 먼저 읽는 줄',
  'rules.playbook': '플레이북: 무엇을 해야 하는지',
  'rules.labels.wrong': '이름=값 형식으로 쉼표로 나누어 쓰세요. severity는 출력에서 정합니다.',
  'rules.output': '하는 일',
  'rules.place': '저장할 곳',
  'rules.place.new': '새 파일 …',
  'rules.group': '그룹과 파일의 이름',
  'rules.probation': '수습',
  'rules.probation.days': { other: '{count}일: 나만 호출' },
  'rules.probation.none': '없음: 서비스의 정책대로 호출',
  'rules.probation.only': '수습 기한 {time}: 작성자만 호출합니다 ({author}).',
  'rules.probation.over': '수습 종료 {time} ({author}): 다른 규칙처럼 호출합니다.',
  'rules.probation.fired': { other: '첫날부터 {count}회 발생했습니다.' },
  'rules.probation.backtest': {
    other: '같은 기간에 저장된 데이터로는 {count}회 발생했을 것입니다.',
  },
  'rules.probation.end': '수습 끝내기',
  'rules.review': '새 알림에 대한 다섯 가지 질문. 답은 파일의 규칙 위에 남습니다.',
  'rules.review.finds':
    '다른 것이 찾지 못하는 것을 찾으며, 급하고 조치할 수 있고 사용자에게 보입니다.',
  'rules.review.ignore': '해가 없다는 이유로 무시할 수 있는 일은 없습니다.',
  'rules.review.hurt':
    '사용자가 피해를 입는 것이 확실합니다. 비운 시스템과 시험용 시스템은 빠져 있습니다.',
  'rules.review.act': '내가 조치할 수 있고, 급하며, 프로그램에 맡길 수 없습니다.',
  'rules.review.others': '같은 일로 다른 사람이 호출되어 헛된 호출이 되지 않습니다.',
  'rules.lines': '다음 줄을 씁니다:',
  'rules.copy': '그곳에는 쓸 수 없습니다. 다음 줄을 파일의 rules 아래에 복사하세요:',
  'rules.refused': '규칙이 되지 않습니다:',
  'rules.yaml': '규칙의 YAML',
  'rules.saved': '{name} 규칙이 적용되었습니다. 파일:',
  'rules.undo': '실행 취소',
  'rules.undo.failed': '되돌리지 못했습니다:',
} as const satisfies Translation<typeof en>;
