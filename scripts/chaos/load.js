// The process that sends the load: takes a plan from its parent, `stop` before its time, and gives the counts back.
import { OpenLoop } from './open-loop.js';

let loop = null;
process.on('message', async (message) => {
  if (message === 'stop') return loop?.stop();
  loop = new OpenLoop(message);
  process.send(await loop.run());
  process.disconnect();
});
process.on('disconnect', () => process.exit());
