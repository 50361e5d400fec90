/** No bytes: shared by everything that is empty, so that it keeps no chunk of the network alive. */
export const NO_BYTES = Buffer.alloc(0);
