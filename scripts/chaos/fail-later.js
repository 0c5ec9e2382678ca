// Loaded into a server before anything else, as code of a user that fails behind everybody's back: SIGUSR2 throws in a
// timer, SIGPIPE rejects a promise that nobody has.
process.on('SIGUSR2', () => {
  setTimeout(() => {
    throw new Error('thrown on purpose');
  }, 1);
});
process.on('SIGPIPE', () => {
  void Promise.reject(new Error('rejected on purpose'));
});
