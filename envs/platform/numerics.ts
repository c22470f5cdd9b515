/** log(sum exp(x)) without overflow. */
export function logSumExp(xs: readonly number[]): number {
  const largest = Math.max(...xs);
  return largest + Math.log(xs.reduce((sum, x) => sum + Math.exp(x - largest), 0));
}

/** The root of an increasing function that is negative at `low`, to machine precision, looked for in growing steps from `step`. */
export function rootOf(f: (x: number) => number, low: number, step: number): number {
  let [from, to] = [low, low + step];
  for (let width = step; f(to) < 0; width *= 2) [from, to] = [to, to + width];
  for (;;) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) return middle;
    if (f(middle) < 0) from = middle;
    else to = middle;
  }
}
