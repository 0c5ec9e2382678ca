export {
  applyChange,
  type Change,
  type ControlPlane,
  keyOfChange,
  type Overview,
  type WorkerStatus,
} from './control-plane.ts';
export { createExpressServer, type ExpressApplication } from './express-server.ts';
export type { HandlerOptions } from './handlers.ts';
export { statusOf } from './problem.ts';
export { type Answered, type Mountable, type SpillwayOptions, spillway } from './spillway.ts';
export { type RunningServer, startServer } from './start-server.ts';
