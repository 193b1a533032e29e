// What NestJS on Fastify costs when it does nothing: reads the JSON body, answers 202 with a small document, and 200
// to a look at it. Decorators are applied by hand, as this is plain JavaScript.
import 'reflect-metadata';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { answer } from '../stage/answer.mjs';

class IdleController {
  create(body) {
    return { id: 'opn_01k0000000e00000000000000', type: body.type, status: 'pending' };
  }

  get(id) {
    return { id, type: 'bench.noop', status: 'pending' };
  }
}
decorate('create', [Post('operations'), HttpCode(202)], Body());
decorate('get', [Get('operations/:id')], Param('id'));
Controller()(IdleController);

/** @param {'create' | 'get'} name @param {MethodDecorator[]} decorators @param {ParameterDecorator} first */
function decorate(name, decorators, first) {
  const descriptor = Object.getOwnPropertyDescriptor(IdleController.prototype, name);
  for (const decorator of decorators) decorator(IdleController.prototype, name, descriptor);
  first(IdleController.prototype, name, 0);
}

class IdleModule {}
Reflect.defineMetadata('controllers', [IdleController], IdleModule);
// Without the type, Nest would hand the body to its pipes as an unknown class.
for (const [name, type] of [
  ['create', Object],
  ['get', String],
]) {
  Reflect.defineMetadata('design:paramtypes', [type], IdleController.prototype, name);
}

const app = await NestFactory.create(IdleModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
answer({ port: app.getHttpServer().address().port }, {});
