import { Link, useLocation } from 'wouter';
import { PageLayout } from '../kit/page-layout.tsx';
import { t } from '../messages/translate.ts';

export function NotFound() {
  const [path] = useLocation();
  return (
    <PageLayout title={t('shell.notFound')} sentence={t('shell.notFound')}>
      <p>{t('shell.notFound.text', { path })}</p>
      <p>
        <Link href="/">{t('shell.toBoard')}</Link>
      </p>
    </PageLayout>
  );
}
