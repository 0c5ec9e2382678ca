// Loaded into a server before anything else: SIGUSR2 moves its wall clock by an hour, forth and back.
const hour = 3_600_000;
const RealDate = Date;
let shift = 0;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + shift);
    else super(...parts);
  }
  static now() {
    return RealDate.now() + shift;
  }
};
process.on('SIGUSR2', () => {
  shift = shift > 0 ? -hour : hour;
});
