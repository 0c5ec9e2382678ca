export {
  createGatewayMetrics,
  type DecisionRoute,
  type GatewayMetrics,
  type RouteFigures,
  type SwapResult,
} from './gateway-metrics.ts';
export { createHttpMetrics, type HttpMetrics, type HttpRoute } from './http-metrics.ts';
