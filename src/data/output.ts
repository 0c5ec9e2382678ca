/** Where bytes go, one write after the other. */
export interface Output {
  /**
   * Resolves when the next write may come; wait for it. The bytes belong to the output from then on. A failure is told
   * by this write, the next one or `finish`.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the output complete: a file appears under its name. */
  finish(): Promise<void>;
  /** Gives up: a file that was not finished is removed, one that was there before stays as it is. */
  discard(): Promise<void>;
}
