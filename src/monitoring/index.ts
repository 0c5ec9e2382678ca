export {
  createGatewayMetrics,
  type DecisionRoute,
  decisionRoutes,
  type GatewayMetrics,
  type RouteFigures,
  type VersionGauges,
} from './gateway-metrics.ts';
export { createHttpMetrics, type HttpMetrics, type HttpRoute } from './http-metrics.ts';
