import { Engine } from '@holdfast/engine';
import { type DynamicModule, Module } from '@nestjs/common';
import { Answers } from './http/answers.js';
import { urlsOf } from './http/urls.js';
import { OpenApiText } from './openapi/openapi-text.js';
import { ErrorPageController } from './routes/errors/error-page.controller.js';
import { IdempotencyPolicyController } from './routes/idempotency-policy/idempotency-policy.controller.js';
import { OpenApiController } from './routes/openapi/openapi.controller.js';
import { OperationTypesController } from './routes/operation-types/operation-types.controller.js';
import { BatchController } from './routes/operations/batch/batch.controller.js';
import { ByKeyController } from './routes/operations/by-key/by-key.controller.js';
import { CancelController } from './routes/operations/cancel/cancel.controller.js';
import { CreateController } from './routes/operations/create/create.controller.js';
import { DeleteController } from './routes/operations/delete/delete.controller.js';
import { EventsController } from './routes/operations/events/events.controller.js';
import { ExplainController } from './routes/operations/explain/explain.controller.js';
import { GetController } from './routes/operations/get/get.controller.js';
import { ListController } from './routes/operations/list/list.controller.js';
import { ResultController } from './routes/operations/result/result.controller.js';
import { ResumeController } from './routes/operations/resume/resume.controller.js';
import { SignalController } from './routes/operations/signals/signal.controller.js';
import { API_SETTINGS, type ApiSettings } from './settings.js';

/** The HTTP front door. It finds the `Engine` among the global providers of the application. */
@Module({
  controllers: [
    CreateController,
    BatchController,
    ListController,
    GetController,
    ResultController,
    ByKeyController,
    CancelController,
    ResumeController,
    SignalController,
    EventsController,
    ExplainController,
    DeleteController,
    OperationTypesController,
    IdempotencyPolicyController,
    OpenApiController,
    ErrorPageController,
  ],
})
export class ApiModule {
  static register(settings: ApiSettings): DynamicModule {
    return {
      module: ApiModule,
      providers: [
        OpenApiText,
        { provide: API_SETTINGS, useValue: settings },
        {
          provide: Answers,
          inject: [Engine],
          useFactory: (engine: Engine) => new Answers(engine, urlsOf(settings), settings),
        },
      ],
      exports: [OpenApiText],
    };
  }
}
