/** Where warnings go. */
export interface Logger {
  warn(message: string): void;
}

/**
 * The package's one way to warn: a line on standard error. Assign `logger.warn` to silence or collect warnings.
 *
 * @example
 * const warnings: string[] = [];
 * logger.warn = (message) => warnings.push(message);
 */
export const logger: Logger = {
  warn(message) {
    process.stderr.write(`WARN: ${message}\n`);
  },
};
