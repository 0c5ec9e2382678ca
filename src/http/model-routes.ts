import { z } from 'zod';
import { SpillwayError } from '../core/index.ts';
import { parseWithSchema } from '../model/index.ts';
import type { ControlPlane } from './control-plane.ts';
import {
  type Handler,
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  type RequestBody,
} from './http-message.ts';
import { modelsToWire, reloadToWire, swapToWire } from './models-to-wire.ts';
import { actorOf } from './request-options.ts';
import type { Route } from './route.ts';

/** What the routes of the models are made with. */
export interface ModelRouteParts {
  /** Makes a handler of a route whoever may see the status may ask. */
  readonly status: (
    work: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
  ) => Handler;
  /** Makes a handler of a route that changes something. */
  readonly change: (
    work: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
  ) => Handler;
  readonly jsonOf: (body: RequestBody) => unknown;
}

const reloadBody = z.strictObject({ versions: z.array(z.string()).min(1).max(1000).optional() });
const breakerBody = z.strictObject({ state: z.enum(['open', 'closed', 'auto']) });

/** The routes that look at and change which models are served. */
export function createModelRoutes(
  control: ControlPlane,
  { change, jsonOf, status }: ModelRouteParts,
): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/admin/models',
      handler: status(async () => jsonResponse(modelsToWire((await control.overview()).status))),
    },
    {
      method: 'POST',
      path: '/admin/models',
      handler: change(async (request) => {
        const by = actorOf(request);
        const { versions } = read(reloadBody, isEmpty(request.body) ? {} : jsonOf(request.body));
        return jsonResponse(reloadToWire(await control.change('reload', { by, versions })));
      }),
    },
    {
      method: 'POST',
      path: '/admin/models/{version}/rollback',
      handler: change(async (request) => {
        const by = actorOf(request);
        const modelVersion = versionOf(request);
        return jsonResponse(swapToWire(await control.change('rollback', { modelVersion, by })));
      }),
    },
    {
      method: 'PUT',
      path: '/admin/models/{version}/breaker',
      handler: change(async (request) => {
        const by = actorOf(request);
        const modelVersion = versionOf(request);
        const { state } = read(breakerBody, jsonOf(request.body));
        const held = state === 'auto' ? null : state;
        await control.change('setBreaker', { modelVersion, state: held, by });
        const { versions } = (await control.overview()).status;
        const now = versions.find((one) => one.modelVersion === modelVersion);
        return jsonResponse({
          model_version: modelVersion,
          breaker: now?.breaker ?? null,
          breaker_forced: now?.breakerForced ?? null,
        });
      }),
    },
  ];
}

function read<Body>(schema: z.ZodType<Body>, json: unknown): Body {
  return parseWithSchema(schema, json, 'INVALID_CONFIG', 'the body');
}

/** Who asks for all of it need not send a body. */
function isEmpty(body: RequestBody): boolean {
  return 'bytes' in body && body.bytes.length === 0;
}

/** The version in the path; a name that does not exist is the gateway's to refuse. */
function versionOf({ parameters }: HttpRequest): string {
  const version = parameters?.['version'];
  if (version !== undefined) return version;
  throw new SpillwayError('UNKNOWN_VERSION', 'no version in the path');
}
