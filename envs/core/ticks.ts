/** Steps between ticks, times powers of ten. */
const roundSteps = [1, 2, 5, 10];

/** Round numbers from `from` (0 or more) to `to` for an axis, at most `most` (2 or more) and a round distance apart. */
export function roundTicks(from: number, to: number, most: number): number[] {
  const least = (to - from) / (most - 1);
  if (!(least > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * roundSteps.find((round) => round * power >= least)!;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => (first + k) * step);
}
