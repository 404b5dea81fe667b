/** An optional sound for a page; off until someone switches it on. */
import type { Storage } from '../platform/browser.ts';

const KEY = 'nines.chime';
const TONES_HZ = [880, 660, 880] as const;
const TONE_SECONDS = 0.22;

export function isChimeOn(storage: Storage): boolean {
  return storage.read(KEY) === 'on';
}

export function setChime(storage: Storage, isOn: boolean): void {
  storage.write(KEY, isOn ? 'on' : 'off');
}

/** Three short tones. Browsers stay silent until the viewer has once clicked on the page. */
export function playChime(): void {
  const context = new AudioContext();
  for (const [index, frequency] of TONES_HZ.entries()) {
    const startAt = context.currentTime + index * TONE_SECONDS;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.15, startAt);
    volume.gain.exponentialRampToValueAtTime(0.001, startAt + TONE_SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(startAt);
    tone.stop(startAt + TONE_SECONDS);
  }
  setTimeout(() => void context.close(), TONES_HZ.length * TONE_SECONDS * 1000 + 200);
}
