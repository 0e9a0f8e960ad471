import { vi } from 'vitest';

/**
 * Runs before each test file. Test files share a process (vitest.config.ts says why), so this undoes what the previous
 * file left behind: our own modules, mocks, fake timers and environment variables. Packages stay loaded.
 */
const key = Symbol.for('nuanxin: the environment before the first test file');
const globals = globalThis as { [key]?: NodeJS.ProcessEnv };
globals[key] ??= { ...process.env };

vi.resetModules();
vi.restoreAllMocks();
vi.useRealTimers();
vi.unstubAllEnvs();
for (const name of Object.keys(process.env)) if (!(name in globals[key])) delete process.env[name];
Object.assign(process.env, globals[key]);
