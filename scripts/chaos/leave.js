import { ask, wait } from './ask.js';

/**
 * What a balancer does with a server that stops: it sends nothing more soon after readiness turned 503, here half a second
 * after the signal at the latest. Gives whether readiness was seen to turn.
 */
export async function leave(server, running) {
  const until = performance.now() + 500;
  let isReady = true;
  while (isReady && performance.now() < until) {
    const { status } = await ask(server.port, '/health/ready').catch(() => ({ status: 0 }));
    isReady = status !== 503;
    await wait(isReady ? 10 : 100);
  }
  running.stop();
  return !isReady;
}
