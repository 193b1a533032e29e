import type { ExecutionContext } from '@nestjs/common';
import { RESPONSE_PASSTHROUGH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';

/** Kinds of parameters with which a method takes its answer into its own hands. */
const OWN_HANDS = [RouteParamtypes.RESPONSE, RouteParamtypes.NEXT].map((kind) => `${kind}:`);

/**
 * Whether a route sends its answer itself (`@Res()` without `passthrough`), so that Nest sends nothing for it. Read from
 * what Nest's own router reads.
 */
export function answersItself(context: ExecutionContext): boolean {
  const told = (key: string): unknown => Reflect.getMetadata(key, context.getClass(), context.getHandler().name);
  const takes = Object.keys(told(ROUTE_ARGS_METADATA) ?? {}).some((key) =>
    OWN_HANDS.some((kind) => key.startsWith(kind)),
  );
  return takes && told(RESPONSE_PASSTHROUGH_METADATA) !== true;
}
