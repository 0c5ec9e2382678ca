/** Mounting a gateway in an Express 5 app, and serving any Express 5 app fast. */
export {
  type Answered,
  createExpressServer,
  type ExpressApplication,
  type HandlerOptions,
  type Mountable,
  type SpillwayOptions,
  spillway,
} from './http/index.ts';
