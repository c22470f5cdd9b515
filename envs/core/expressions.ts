import type { MathNode } from 'mathjs';
import { DependencyNotInstalled, describe, InvalidArgument } from '../../gymnasium/error.js';

const functions = new Set(['abs', 'sqrt', 'min', 'max', 'exp', 'log', 'floor', 'ceil']);
const operators = new Set(['+', '-', '*', '/', '^']);

let mathjs: typeof import('mathjs') | undefined;

/** mathjs takes a second to load, so it is loaded by the first expression and not by the package. */
function loadMathjs(): typeof import('mathjs') {
  const modules = process.getBuiltinModule?.('node:module') as typeof import('node:module') | undefined;
  if (modules === undefined) {
    throw new DependencyNotInstalled('Payoff expressions need Node.js: pass numbers instead.');
  }
  mathjs ??= modules.createRequire(import.meta.url)('mathjs') as typeof import('mathjs');
  return mathjs;
}

/**
 * Compiles an arithmetic expression of numbers, the given variables, + - * / ^, and abs, sqrt, min, max, exp, log,
 * floor, ceil. Anything else that mathjs can parse (assignments, other functions, properties) is refused.
 *
 * @param field the place of the expression in the input, for the error message
 * @throws InvalidArgument naming the field, the expression and what is wrong with it
 */
export function compileExpression(
  field: string,
  expression: string,
  variables: readonly string[],
): (values: Readonly<Record<string, number>>) => number {
  const evaluate = compiled(field, expression, variables);
  return (values) => evaluate({ ...values });
}

/**
 * {@link compileExpression} of one variable, for calls in a loop: they share one scope, which is safe because no expression
 * that is accepted can write to it, or call itself.
 *
 * @throws InvalidArgument as {@link compileExpression} does
 */
export function compileFunction(field: string, expression: string, variable: string): (x: number) => number {
  const evaluate = compiled(field, expression, [variable]);
  const scope = new Map<string, number>();
  return (x) => evaluate(scope.set(variable, x));
}

/** What mathjs makes of an expression that passes every objection. */
function compiled(
  field: string,
  expression: string,
  variables: readonly string[],
): (scope: Record<string, number> | Map<string, number>) => number {
  const math = loadMathjs();
  const refuse = (why: string): never => {
    throw new InvalidArgument(
      `${field}: expected an arithmetic expression, got ${describe(expression)}: ${why}.`,
    );
  };
  let node: MathNode;
  try {
    node = math.parse(expression);
  } catch (error) {
    return refuse((error as Error).message.replace(/\.$/, ''));
  }
  node.traverse((part, path) => {
    const why = objection(math, part, path, variables);
    if (why !== undefined) refuse(why);
  });
  const code = node.compile();
  return (scope) => {
    try {
      return Number(code.evaluate(scope));
    } catch (error) {
      return refuse((error as Error).message.split('\n')[0].replace(/\.$/, ''));
    }
  };
}

function objection(
  math: typeof import('mathjs'),
  part: MathNode,
  path: string,
  variables: readonly string[],
): string | undefined {
  if (math.isConstantNode(part))
    return typeof part.value === 'number' ? undefined : 'only numbers are allowed';
  if (math.isParenthesisNode(part)) return undefined;
  if (math.isSymbolNode(part)) {
    if (path === 'fn') return functions.has(part.name) ? undefined : `unknown function ${part.name}`;
    return variables.includes(part.name) ? undefined : `unknown name ${part.name}`;
  }
  if (math.isOperatorNode(part))
    return operators.has(part.op) ? undefined : `operator ${part.op} is not allowed`;
  if (math.isFunctionNode(part)) return undefined;
  return `${part.type} is not allowed`;
}
