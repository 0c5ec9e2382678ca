export { figuresOf, type MetricValues } from './figures-of.ts';
export {
  createGatewayMetrics,
  type DecisionRoute,
  type GatewayMetrics,
  type RouteFigures,
} from './gateway-metrics.ts';
export {
  createHttpMetrics,
  type HttpMetrics,
  type HttpRoute,
  type QueueGauges,
  type WorkRoute,
  workRoutes,
} from './http-metrics.ts';
