export const session = {
  'signIn.title': 'Sign in',
  'signIn.name': 'Name',
  'signIn.password': 'Password',
  'signIn.submit': 'Sign in',
  'signIn.wrong': 'Name and password do not fit',
  'signIn.failed': 'You could not be signed in',
  'signIn.noPassword':
    'No password yet? Someone with access makes you a sign-in link, in Settings or with nines user link NAME.',
  'signIn.first.title': 'Welcome to Nines',
  'signIn.first.text':
    'Nobody has signed in here yet. Nines printed a one-time link to the terminal where it started. Open that link in this browser; it looks like this:',
  'signIn.first.lost': 'Not there any more? Restart Nines and it prints a new one.',
  'signIn.first.password': 'I have a name and a password',
  'signIn.link.running': 'Signing you in with the link',
  'signIn.link.failed': 'The link did not sign you in',
  'signIn.link.remedy':
    'A link works once and for a short time. Ask for a new one, or sign in with your password.',
  'session.anyone': 'somebody on this machine',
  'session.failed': 'Nines could not be asked who you are',
  'session.signOut': 'Sign out',
  'session.signOut.failed': 'You could not be signed out',
  'session.setPassword': 'You came by a link and have no password yet.',
  'session.setPassword.link': 'Set a password',
  'session.setPassword.later': 'Later',
} as const;
