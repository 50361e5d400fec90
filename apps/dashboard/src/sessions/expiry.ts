/** A session expiry interval that means "never" (MQTT 5.0 section 3.1.2.11.2). */
export const NEVER_SECONDS = 0xffff_ffff;
