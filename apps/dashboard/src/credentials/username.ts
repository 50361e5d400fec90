const USERNAME = /^[^\s:+#/\p{Cc}]{1,128}$/u;

/** Why `text` cannot be a credential's user name; undefined: it can. */
export function usernameError(text: string): string | undefined {
  return USERNAME.test(text) ? undefined : '1 to 128 characters without white space, ":", "/", "+" and "#"';
}
