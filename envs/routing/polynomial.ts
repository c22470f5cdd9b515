/** A sum of coefficient * x^exponent with exponents from 0 upwards, by exponent in increasing order. */
export type Polynomial = readonly { readonly coefficient: number; readonly exponent: number }[];

/** Powers of sums beyond this are left to the general evaluator, which does not multiply them out. */
const largestExpansion = 8;

const one: Polynomial = [{ coefficient: 1, exponent: 0 }];

function collect(terms: Polynomial): Polynomial {
  const byExponent = new Map<number, number>();
  for (const { coefficient, exponent } of terms) {
    byExponent.set(exponent, (byExponent.get(exponent) ?? 0) + coefficient);
  }
  return [...byExponent]
    .filter(([, coefficient]) => coefficient !== 0)
    .map(([exponent, coefficient]) => ({ coefficient, exponent }))
    .sort((a, b) => a.exponent - b.exponent);
}

function scaled(terms: Polynomial, factor: number): Polynomial {
  return collect(terms.map(({ coefficient, exponent }) => ({ coefficient: coefficient * factor, exponent })));
}

function product(left: Polynomial, right: Polynomial): Polynomial {
  return collect(
    left.flatMap((a) =>
      right.map((b) => ({
        coefficient: a.coefficient * b.coefficient,
        exponent: a.exponent + b.exponent,
      })),
    ),
  );
}

/** The number that a polynomial without x is; null for others. */
function constantOf(terms: Polynomial): number | null {
  if (terms.length === 0) return 0;
  return terms.length === 1 && terms[0].exponent === 0 ? terms[0].coefficient : null;
}

/** `base` to the power of `exponent`; null where that is no polynomial or too large a one. */
function power(base: Polynomial, exponent: number | null): Polynomial | null {
  if (exponent === null) return null;
  const constant = constantOf(base);
  if (constant !== null) return [{ coefficient: constant ** exponent, exponent: 0 }];
  if (exponent < 0) return null;
  if (base.length === 1 && base[0].coefficient > 0) {
    return [{ coefficient: base[0].coefficient ** exponent, exponent: base[0].exponent * exponent }];
  }
  if (!Number.isInteger(exponent) || exponent > largestExpansion) return null;
  return Array.from({ length: exponent }).reduce<Polynomial>((result) => product(result, base), one);
}

/** As an expression, with at most four digits a coefficient: `0.4 + 0.96x^4`. */
export function polynomialText(terms: Polynomial, variable = 'x'): string {
  const parts = terms.map(({ coefficient, exponent }, k) => {
    const size = String(Number(Math.abs(coefficient).toPrecision(4)));
    const power = exponent === 0 ? '' : exponent === 1 ? variable : `${variable}^${exponent}`;
    const sign = k === 0 ? (coefficient < 0 ? '-' : '') : coefficient < 0 ? ' - ' : ' + ';
    return sign + (power !== '' && size === '1' ? power : size + power);
  });
  return parts.length === 0 ? '0' : parts.join('');
}

/** Reads sums, products, quotients by numbers and powers by descent; null wherever the text is something else. */
class Reader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(
    text: string,
    private readonly variable: string,
  ) {
    this.tokens = text.match(/\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\S/g) ?? [];
  }

  whole(): Polynomial | null {
    const sum = this.sum();
    return this.at === this.tokens.length ? sum : null;
  }

  private take(...symbols: readonly string[]): string | undefined {
    return symbols.includes(this.tokens[this.at]) ? this.tokens[this.at++] : undefined;
  }

  private sum(): Polynomial | null {
    let total = this.product();
    for (let sign = this.take('+', '-'); sign !== undefined; sign = this.take('+', '-')) {
      const next = this.product();
      if (total === null || next === null) return null;
      total = collect([...total, ...scaled(next, sign === '+' ? 1 : -1)]);
    }
    return total;
  }

  private product(): Polynomial | null {
    let total = this.signed();
    for (;;) {
      const operator = this.take('*', '/') ?? (this.besideFactor() ? '*' : undefined);
      if (operator === undefined) return total;
      const next = this.signed();
      if (total === null || next === null) return null;
      const divisor = constantOf(next);
      if (operator === '/' && (divisor === null || divisor === 0)) return null;
      total = operator === '/' ? scaled(total, 1 / divisor!) : product(total, next);
    }
  }

  /** `2x` and `2 (x + 1)`. With a division beside it such a product is read differently by different people. */
  private besideFactor(): boolean {
    const [last, next] = [this.tokens[this.at - 1], this.tokens[this.at]];
    return (
      /^[\d.)]/.test(last ?? '') && (next === this.variable || next === '(') && !this.tokens.includes('/')
    );
  }

  private signed(): Polynomial | null {
    const sign = this.take('+', '-');
    if (sign === undefined) return this.power();
    const next = this.signed();
    return next === null ? null : scaled(next, sign === '+' ? 1 : -1);
  }

  private power(): Polynomial | null {
    const base = this.primary();
    if (this.take('^') === undefined) return base;
    const exponent = this.signed();
    return base === null || exponent === null ? null : power(base, constantOf(exponent));
  }

  private primary(): Polynomial | null {
    if (this.take('(') !== undefined) {
      const inner = this.sum();
      return this.take(')') === undefined ? null : inner;
    }
    if (this.take(this.variable) !== undefined) return [{ coefficient: 1, exponent: 1 }];
    const token = this.tokens[this.at] ?? '';
    if (!/^[\d.]/.test(token) || !Number.isFinite(Number(token))) return null;
    this.at++;
    return collect([{ coefficient: Number(token), exponent: 0 }]);
  }
}

/**
 * Reads an expression that multiplies out to a polynomial in `variable` (exponents are any numbers from 0 upwards), such as
 * `10 * (1 + 0.15 * (x / 4)^4)`. Null for everything else, mistakes included: a general evaluator then says what is wrong.
 */
export function parsePolynomial(text: string, variable = 'x'): Polynomial | null {
  return new Reader(text, variable).whole();
}
