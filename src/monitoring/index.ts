export { figuresOf, type MetricValues } from './figures-of.ts';
export {
  createGatewayMetrics,
  type DecisionRoute,
  type GatewayMetrics,
  type RouteFigures,
  type SwapResult,
} from './gateway-metrics.ts';
export { createHttpMetrics, type HttpMetrics, type HttpRoute } from './http-metrics.ts';
