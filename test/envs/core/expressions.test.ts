import { describe, expect, it } from '@jest/globals';
import { compileFunction } from '../../../envs/core/expressions.js';
import { compileExpression } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { thrownBy } from '../../gymnasium/testing-env.js';

const values = { v: 5, p: 2 };
const evaluate = (expression: string) =>
  compileExpression('leader[0][0]', expression, Object.keys(values))(values);

describe('compileExpression', () => {
  it.each<[string, number]>([
    ['3', 3],
    ['-1.5e1', -15],
    ['v - p', 3],
    ['v - p * 2', 1],
    ['(v - p) * 2', 6],
    ['2 v', 10],
    ['-v^2', -25],
    ['v / p', 2.5],
    ['abs(p - v)', 3],
    ['sqrt(v + 11)', 4],
    ['min(v, p, 3)', 2],
    ['max(v, p)', 5],
    ['exp(0)', 1],
    ['log(exp(p))', 2],
    ['floor(v / p)', 2],
    ['ceil(v / p)', 3],
    ['0.1 + 0.2', 0.1 + 0.2],
  ])('%s is %d', (expression, value) => {
    expect(evaluate(expression)).toBeCloseTo(value, 14);
  });

  it('can be evaluated again with other values, and does not change them', () => {
    const compiled = compileExpression('x', 'v - p', ['v', 'p']);
    const given = Object.freeze({ v: 1, p: 3 });
    expect([compiled(given), compiled({ v: 4, p: 3 }), compiled(given)]).toEqual([-2, 1, -2]);
  });

  it.each<[string, RegExp]>([
    ['v = 3', /AssignmentNode is not allowed/],
    ['f(x) = x', /FunctionAssignmentNode is not allowed/],
    ['v.constructor', /AccessorNode is not allowed/],
    ['v[1]', /AccessorNode is not allowed/],
    ['[v, p]', /ArrayNode is not allowed/],
    ['{a: 1}', /ObjectNode is not allowed/],
    ['1; 2', /BlockNode is not allowed/],
    ['v > p ? 1 : 2', /ConditionalNode is not allowed/],
    ['1:3', /RangeNode is not allowed/],
    ['v > p', /operator > is not allowed/],
    ['v % p', /operator % is not allowed/],
    ['v!', /operator ! is not allowed/],
    ['not v', /operator not is not allowed/],
    ['q + 1', /unknown name q/],
    ['pi', /unknown name pi/],
    ['5 cm', /unknown name cm/],
    ['sqrt', /unknown name sqrt/],
    ['sin(v)', /unknown function sin/],
    ['v(2)', /unknown function v/],
    ['evaluate("1")', /unknown function evaluate/],
    ['import("fs")', /unknown function import/],
    ['"2"', /only numbers are allowed/],
    ['true', /only numbers are allowed/],
    ['', /only numbers are allowed/],
    ['1 +', /Unexpected end of expression/],
    ['1 + * 2', /Value expected/],
    ['(1', /Parenthesis \) expected/],
  ])('refuses %s', (expression, why) => {
    const error = thrownBy(() => evaluate(expression));
    expect(error).toBeInstanceOf(InvalidArgument);
    expect(error.message).toMatch(/^leader\[0\]\[0\]: expected an arithmetic expression, got ".*": /);
    expect(error.message).toMatch(why);
    expect(error.message).not.toContain('\n');
  });

  it.each(['sqrt(1, 2)', 'max()', 'abs()'])('refuses %s when it is evaluated, in one line', (expression) => {
    const error = thrownBy(() => evaluate(expression));
    expect(error).toBeInstanceOf(InvalidArgument);
    expect(error.message).toMatch(
      /^leader\[0\]\[0\]: expected an arithmetic expression, got .*Too (many|few)/,
    );
    expect(error.message).not.toContain('\n');
  });

  it.each([
    ['end', 'end'],
    ['min(1, 2)', 'min'],
  ])('refuses %s with a variable %s that mathjs cannot take', (expression, name) => {
    const error = thrownBy(() => compileExpression('x', expression, [name])({ [name]: 1 }));
    expect(error).toBeInstanceOf(InvalidArgument);
    expect(error.message).not.toContain('\n');
  });

  it.each<[string, number]>([
    ['1 / 0', Infinity],
    ['log(0)', -Infinity],
    ['0 / 0', Number.NaN],
    ['sqrt(-1)', Number.NaN],
    ['(-1)^0.5', Number.NaN],
  ])('gives %s as it is: %d', (expression, value) => {
    expect(evaluate(expression)).toBe(value);
  });
});

describe('compileFunction', () => {
  it('is the expression of one variable, call for call', () => {
    const [f, g] = ['1 / (2 - x)', 'exp(x) + x'].map((text) => compileFunction('l', text, 'x'));
    for (const x of [0, 0.5, 1, 0.25]) {
      expect(f(x)).toBe(1 / (2 - x));
      expect(g(x)).toBeCloseTo(Math.exp(x) + x, 12);
    }
  });

  it.each(['x = 2', 'y', 'f(x) = x', 'x; x', 'import(x)'])('refuses %s', (text) => {
    expect(() => compileFunction('l', text, 'x')).toThrow('l: expected an arithmetic expression');
  });
});
