// The process that sends the load: takes a plan from its parent, `stop` before its time, and gives the counts back.
import { startOpenLoop } from './open-loop.js';

let loop = null;
process.on('message', (message) => {
  if (message === 'stop') {
    loop?.stop();
    return;
  }
  loop = startOpenLoop(message);
  void loop.started.then(() => process.send('started'));
  void loop.done.then((counts) => process.send(counts, () => process.disconnect()));
});
process.on('disconnect', () => process.exit());
