import {
  BatchOperationsSchema,
  BatchResultSchema,
  CreateOperationBody,
  describeRoute,
  DOCUMENT_SCHEMAS,
  EventListSchema,
  ExplainedMoveSchema,
  ExplanationSchema,
  OperationAttemptSchema,
  OperationListSchema,
  OperationRequestSchema,
  OperationStepSchema,
  ProblemSchema,
  ResumeOperationBody,
  ROUTE_IDS,
  type RouteId,
  SendSignalBody,
  WaitingSchema,
} from '@holdfast/contract';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ApiModule } from '../api.module.js';
import type { ApiSettings } from '../settings.js';
import { urlsOf } from '../http/urls.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Schemas that no handler's signature names. */
const MODELS = [
  CreateOperationBody,
  BatchOperationsSchema,
  BatchResultSchema,
  ResumeOperationBody,
  SendSignalBody,
  OperationListSchema,
  OperationRequestSchema,
  OperationAttemptSchema,
  OperationStepSchema,
  EventListSchema,
  ExplanationSchema,
  ExplainedMoveSchema,
  WaitingSchema,
  ProblemSchema,
];

const DESCRIPTION =
  'Durable operations. A retry is always safe: send the same Idempotency-Key and body again, as often as you like.';

/**
 * The published description. Paths come from the controllers that really are there, what is said of each from its row
 * of the route table; a controller without a row fails the start rather than being published half described.
 */
export function openApiDocument(app: INestApplication, settings: ApiSettings): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Holdfast')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setOpenAPIVersion('3.0.3')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer(urlsOf(settings).publicUrl)
    .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: 'Needed when the service has tokens.' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    include: [ApiModule],
    extraModels: MODELS,
  });
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operationId = item[method]?.operationId;
      if (operationId !== undefined) item[method] = describeRoute(asRouteId(operationId));
    }
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...DOCUMENT_SCHEMAS } };
  return document;
}

function asRouteId(operationId: string): RouteId {
  const id = ROUTE_IDS.find((known) => known === operationId);
  if (!id) throw new Error(`the handler ${operationId} has no row in the route table`);
  return id;
}
