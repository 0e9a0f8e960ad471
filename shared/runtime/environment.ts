/** The value of a variable that the stack sets; a function that lacks one must not start. */
export function required(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`the environment lacks ${variable}`);
  return value;
}
