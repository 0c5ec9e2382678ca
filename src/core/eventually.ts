/** A value that is there, or will be. What is there at once costs no promise and no turn of the event loop. */
export type Eventually<T> = T | Promise<T>;

/** Goes on with a value: at once when it is there, else when it comes. */
export function andThen<T, U>(
  value: Eventually<T>,
  use: (value: T) => Eventually<U>,
): Eventually<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
