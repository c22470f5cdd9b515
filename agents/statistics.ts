/** The mean of the first `size` numbers. */
export function mean(values: ArrayLike<number>, size = values.length): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += values[i];
  return sum / size;
}

/** Shifts and scales the first `size` numbers to mean 0 and deviation 1; equal numbers become 0. */
export function normalize(values: Float64Array, size: number): void {
  const middle = mean(values, size);
  let square = 0;
  for (let i = 0; i < size; i++) square += (values[i] - middle) ** 2;
  const scale = 1 / (Math.sqrt(square / size) + 1e-8);
  for (let i = 0; i < size; i++) values[i] = (values[i] - middle) * scale;
}
