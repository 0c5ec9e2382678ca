/**
 * What `createEmitter` gives: typed events whose listeners can neither stop nor fail the one who emits, nor, when they are
 * asynchronous and reject, the process.
 */
export interface Emitter<Events extends object> {
  /** Adds a listener; the returned function removes it. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  /** Calls every listener in the order of registration. Never throws. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
  /** Whether anybody listens, so that an event nobody wants need not be built. */
  has(name: keyof Events): boolean;
}

/**
 * Makes an emitter. A listener that throws, or rejects, is reported to `onListenerError` and called again next time;
 * it changes nothing for the other listeners or for the caller of `emit`.
 */
export function createEmitter<Events extends object>(
  onListenerError: (error: unknown, name: keyof Events) => void,
): Emitter<Events> {
  type Listeners = { [Name in keyof Events]?: readonly ((event: Events[Name]) => void)[] };
  const listeners: Listeners = {};
  return {
    on(name, listener) {
      // the lists are replaced, never changed, so a listener may unsubscribe while an event is delivered
      listeners[name] = [...(listeners[name] ?? []), listener];
      return () => {
        listeners[name] = listeners[name]?.filter((other) => other !== listener);
      };
    },
    emit(name, event) {
      for (const listener of listeners[name] ?? []) {
        try {
          // an asynchronous function is a listener too, and nobody waits for its promise
          const returned: unknown = listener(event);
          if (returned instanceof Promise)
            returned.catch((error: unknown) => onListenerError(error, name));
        } catch (error) {
          onListenerError(error, name);
        }
      }
    },
    has: (name) => (listeners[name] ?? []).length > 0,
  };
}
