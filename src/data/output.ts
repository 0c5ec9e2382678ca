/** Where bytes go, one write after the other. */
export interface Output {
  /** Resolves when the bytes were taken; wait for it before the next write. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the output complete: a file appears under its name. */
  finish(): Promise<void>;
  /** Gives up: a file that was not finished is removed, one that was there before stays as it is. */
  discard(): Promise<void>;
}
