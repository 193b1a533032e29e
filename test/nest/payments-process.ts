import { bootPayments } from './payments-app.js';

/* The application as a process of its own: the database's URL is its first argument, and the port what it prints. */
const { url } = await bootPayments(process.argv[2] ?? '', 'fastify', { requestLeaseMs: 400 });
process.stdout.write(`${url}\n`);
