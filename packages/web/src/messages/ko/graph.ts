import type { graph as en } from '../en/graph.ts';
import type { Translation } from '../translation.ts';

export const graph = {
  'graph.others': {
    other: '그 밖의 시계열 {count}개는 회색이며, 가장 큰 {shown}개에만 이름을 표시합니다.',
  },
  'graph.hidden': { other: '{count}개는 그리지 않았습니다.' },
} as const satisfies Translation<typeof en>;
