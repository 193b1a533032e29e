import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';

const databaseUrl = process.env['DATABASE_URL'];
if (!databaseUrl) throw new Error('Set DATABASE_URL, for instance postgres://postgres:postgres@localhost:5432/shop');

const app = await NestFactory.create(AppModule.register(databaseUrl), new FastifyAdapter());
// SIGTERM drains: requests are answered, and operations finished or handed back, before the pools are closed.
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT'] ?? 3_000), '127.0.0.1');
