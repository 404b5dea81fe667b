export const targets = {} as const;
