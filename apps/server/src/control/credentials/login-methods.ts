export const LOGIN_METHODS = ['secret', 'certificate', 'token'] as const;

/** By what a client may show that a credential is its own. */
export type LoginMethod = (typeof LOGIN_METHODS)[number];
