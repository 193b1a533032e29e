#!/usr/bin/env node
// A file that is there before anything is compiled: npm links commands when it installs, and leaves out what is missing.
await import('../dist/main.js');
