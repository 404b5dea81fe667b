import type { session as en } from '../en/session.ts';
import type { Translation } from '../translation.ts';

export const session = {
  'signIn.title': '로그인',
  'signIn.name': '이름',
  'signIn.password': '비밀번호',
  'signIn.submit': '로그인',
  'signIn.wrong': '이름 또는 비밀번호가 맞지 않습니다',
  'signIn.failed': '로그인하지 못했습니다',
  'signIn.noPassword':
    '아직 비밀번호가 없나요? 권한이 있는 사람이 설정 페이지나 nines user link NAME 명령으로 로그인 링크를 만들어 줄 수 있습니다.',
  'signIn.first.title': 'Nines에 오신 것을 환영합니다',
  'signIn.first.text':
    '아직 아무도 로그인하지 않았습니다. Nines를 시작한 터미널에 일회용 링크가 출력되어 있습니다. 이 브라우저에서 그 링크를 여세요. 링크는 다음과 같은 모양입니다.',
  'signIn.first.lost': '링크가 더 이상 보이지 않나요? Nines를 다시 시작하면 새 링크가 출력됩니다.',
  'signIn.first.password': '이름과 비밀번호가 있습니다',
  'signIn.link.running': '링크로 로그인하는 중입니다',
  'signIn.link.failed': '링크로 로그인하지 못했습니다',
  'signIn.link.remedy':
    '링크는 짧은 시간 동안 한 번만 쓸 수 있습니다. 새 링크를 요청하거나 비밀번호로 로그인하세요.',
  'session.anyone': '이 기기의 누군가',
  'session.failed': '로그인 상태를 확인하지 못했습니다',
  'session.signOut': '로그아웃',
  'session.signOut.failed': '로그아웃하지 못했습니다',
  'session.setPassword': '링크로 로그인했으며 아직 비밀번호가 없습니다.',
  'session.setPassword.link': '비밀번호 설정',
  'session.setPassword.later': '나중에',
} as const satisfies Translation<typeof en>;
