/** Browsers offer service workers on secure origins only; without one all works but offline. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  window.addEventListener('load', () => {
    // Refused in private windows and for certificates that nobody vouches for.
    navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
  });
}
