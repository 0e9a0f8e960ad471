/** node:sqlite says once that it is experimental; nobody who starts the platform can do anything about that. */
export function quietSqliteWarning(): void {
  const emitWarning = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const text = typeof warning === 'string' ? warning : warning.message;
    if (text.startsWith('SQLite is an experimental feature')) return;
    (emitWarning as (...values: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
}
