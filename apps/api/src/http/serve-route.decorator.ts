import { type RouteId, routeOf } from '@holdfast/contract';
import { applyDecorators, RequestMapping, RequestMethod } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation } from '@nestjs/swagger';

/** Method decorator: this handler serves the row `id` of the route table, under the row's method and path. */
export function ServeRoute(id: RouteId): MethodDecorator {
  const { method, path, summary } = routeOf(id);
  return applyDecorators(
    RequestMapping({ path: path.replaceAll(/\{(\w+)\}/g, ':$1'), method: RequestMethod[method] }),
    RouteConfig({ holdfast: id }),
    ApiOperation({ operationId: id, summary }),
  );
}
