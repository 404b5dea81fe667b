import type { targets as en } from '../en/targets.ts';
import type { Translation } from '../translation.ts';

export const targets = {
  'targets.loading': '수집 대상의 상태를 확인하는 중입니다.',
  'targets.failed': '수집 대상을 불러오지 못했습니다',
  'targets.headline.none': '아직 수집하는 대상이 없습니다.',
  'targets.headline.up': { other: '대상 {count}개가 모두 응답합니다.' },
  'targets.headline.waiting': { other: '{count}개는 첫 수집을 기다리고 있습니다.' },
  'targets.headline.downOne': '작업 {job}의 {instance}에서 응답이 없습니다.',
  'targets.headline.others': { other: '나머지 대상 {count}개는 응답합니다.' },
  'targets.filter.text': '작업, 주소, 레이블, 오류로 거르기',
  'targets.filter.health': '대상 상태',
  'targets.health.all': '전체',
  'targets.health.down': '무응답',
  'targets.health.up': '정상',
  'targets.health.unknown': '대기',
  'targets.group.note': '{total}개 중 {up}개 정상',
  'targets.never': '아직 없음',
  'targets.samples': { other: '샘플 {count}개' },
  'targets.every': '{interval}마다',
  'targets.dropped': { other: '재레이블링에서 대상 {count}개가 제외되었습니다.' },
  'targets.detail.url': '주소',
  'targets.detail.service': '서비스',
  'targets.detail.labels': '레이블',
  'targets.detail.discovered': '재레이블링 전',
  'targets.detail.size': '마지막 본문',
  'targets.detail.sizeText': '{bytes}, 샘플 {samples}개, 응답 제한 {timeout}',
  'targets.none': '아직 수집 대상이 없습니다',
  'targets.none.text':
    '수집 대상이란 /metrics를 읽어 올 주소입니다. nines.yaml에 추가한 다음 SIGHUP을 보내거나 POST /-/reload를 호출하세요.',
  'targets.none.filtered': '조건에 맞는 대상이 없습니다',
  'targets.none.filtered.text':
    '입력한 모든 낱말이 작업, 주소, 레이블, 오류 가운데 어딘가에 있어야 합니다.',
} as const satisfies Translation<typeof en>;
