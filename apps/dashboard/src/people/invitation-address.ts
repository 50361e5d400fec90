/** The link that an invited person opens. What follows "#" is not sent to any server, and so is in no log. */
export function invitationAddress(origin: string, token: string): string {
  return `${origin}/invitation#${token}`;
}
