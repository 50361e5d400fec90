/** What came of a login without a secret. */
export type Proven =
  | {
      /** In ms since the epoch: then the connection ends. */
      expiresAt: number;
      /** For `Identity`. */
      proof: object;
    }
  | {
      /** For the client, and for people. */
      refusal: string;
      /** The server cannot tell for now: the client may try again. */
      isTemporary?: boolean;
    };
