// The cache of compiled code (NODE_COMPILE_CACHE) is written when a process ends in order, which hardly any does here.
import { flushCompileCache } from 'node:module';

setTimeout(() => flushCompileCache(), 3_000).unref();
