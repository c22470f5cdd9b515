import { report } from '../../benchmarks/report/index.js';

/** `stackelberg-gym report [folder]`. */
export async function reportCommand(folder = 'runs'): Promise<undefined> {
  const { page, text } = await report(folder);
  console.log(`${text}\n\nReport: ${page}`);
  return undefined;
}
