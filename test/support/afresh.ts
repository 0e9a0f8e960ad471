import { vi } from 'vitest';

/**
 * Runs before each test file. Files share their worker's process, for a process each would cost a fifth of the whole
 * run; what a file has left in our modules, in clocks and in the environment is taken from the next one here. Packages
 * stay loaded.
 */
const key = Symbol.for('nuanxin: the environment that the tests began with');
const globals = globalThis as { [key]?: NodeJS.ProcessEnv };
globals[key] ??= { ...process.env };

vi.resetModules();
vi.restoreAllMocks();
vi.useRealTimers();
vi.unstubAllEnvs();
for (const name of Object.keys(process.env)) if (!(name in globals[key])) delete process.env[name];
Object.assign(process.env, globals[key]);
