/**
 * The words of the offline page. Apart from the catalogues: it is kept in the browser for the day
 * on which nothing can be loaded, and has to be small.
 */
import type { Language } from '../messages/language.ts';

interface Texts {
  readonly title: string;
  readonly since: string;
  readonly unknown: string;
  readonly meaning: string;
  readonly remedy: string;
  readonly again: string;
  readonly retry: string;
}

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    title: 'Nines cannot be reached',
    since: 'Nines cannot be reached. It last answered here at {time}.',
    unknown: 'Nines cannot be reached.',
    meaning:
      'This browser shows nothing from before: it may be wrong by now. Pages that go by other channels still arrive, as long as Nines itself runs.',
    remedy: 'Check the network of this device, then whether the process of Nines runs.',
    again: 'This page asks again every {seconds} s and opens by itself.',
    retry: 'Ask again now',
  },
  ko: {
    title: 'Nines에 연결할 수 없습니다',
    since: 'Nines에 연결할 수 없습니다. 마지막 응답: {time}.',
    unknown: 'Nines에 연결할 수 없습니다.',
    meaning:
      '예전 내용은 지금과 다를 수 있으므로 보여 주지 않습니다. Nines가 실행 중이라면 다른 채널로 가는 호출은 그대로 도착합니다.',
    remedy: '이 기기의 네트워크를 먼저 확인하고, Nines 프로세스가 실행 중인지 확인하세요.',
    again: '{seconds}초마다 다시 확인하며, 연결되면 저절로 열립니다.',
    retry: '지금 다시 확인',
  },
};
