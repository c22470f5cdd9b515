import { it } from '@jest/globals';
import { make } from '../../../gymnasium/make.js';
import '../../../envs/index.js';
import { makeGame } from '../../../envs/core/definition.js';
const tries: any[] = [
  ['IteratedMatrixGame-v0', { horizon: -1 }], ['IteratedMatrixGame-v0', { horizon: 2.5 }], ['IteratedMatrixGame-v0', { horizon: 'x' }],
  ['IteratedMatrixGame-v0', { horizon: 1e300 }], ['IteratedMatrixGame-v0', { memory: 'ful' }], ['IteratedMatrixGame-v0', { discount: 0 }], ['IteratedMatrixGame-v0', { discount: 'a' }],
  ['IteratedMatrixGame-v0', { game: 'prisoner_dilemma' }], ['IteratedMatrixGame-v0', { game: 3 }], ['IteratedMatrixGame-v0', { gane: 'x' }],
  ['IteratedMatrixGame-v0', { game: '__proto__' }],
  ['IteratedMatrixGame-v0', null], ['IteratedMatrixGame-v0', []], ['IteratedMatrixGame-v0', 5], ['IteratedMatrixGame-v0', 'x'],
  ['NormalForm-v0', { leader: [[1, 2], [3]], follower: [[1, 2], [3, 4]] }], ['NormalForm-v0', { leader: [[1, NaN]], follower: [[1, 2]] }],
  ['NormalForm-v0', { leader: [[1, Infinity]], follower: [[1, 2]] }], ['NormalForm-v0', { leader: [[1, null]], follower: [[1, 2]] }],
  ['NormalForm-v0', { leader: [], follower: [] }], ['NormalForm-v0', { leader: [[]], follower: [[]] }], ['NormalForm-v0', { leader: 3, follower: [[1]] }],
  ['NormalForm-v0', { leader: [1], follower: [[1]] }], ['NormalForm-v0', { leader: [[1]] }], ['NormalForm-v0', { follower: [[1]] }], ['NormalForm-v0', { name: 'paruchuri', leader: [[1]], follower: [[1]] }],
  ['NormalForm-v0', { leader: [[1]], follower: [[1], [2]] }],  ['NormalForm-v0', { leader: [['v - p']], follower: [[1]], variables: { v: 1 } }],
  ['NormalForm-v0', { leader: [['sqrt(1,2)']], follower: [[1]] }], ['NormalForm-v0', { leader: [['max()']], follower: [[1]] }],['NormalForm-v0', { leader: [['min(1,2)']], follower: [[1]], variables: { min: 3 } }],
  ['NormalForm-v0', { leader: [['']], follower: [[1]] }], ['NormalForm-v0', { leader: [['1+']], follower: [[1]] }], ['NormalForm-v0', { leader: [['1\n+2']], follower: [[1]] }], ['NormalForm-v0', { leader: [['sqrt(-1)']], follower: [[1]] }],
  ['NormalForm-v0', { leader: [['1/0']], follower: [[1]] }], ['NormalForm-v0', { leader: [['"2"']], follower: [[1]] }], ['NormalForm-v0', { leader: [['2 v']], follower: [[1]], variables: { v: 3 } }], ['NormalForm-v0', { leader: [['v']], follower: [[1]], variables: { v: Infinity } }],
  ['NormalForm-v0', { leader: [['end']], follower: [[1]], variables: { end: 1 } }], ['NormalForm-v0', { leader: [['pi']], follower: [[1]] , variables: {pi: 2}}], ['NormalForm-v0', { leader: [['not']], follower: [[1]] , variables: {not: 2}}],
  ['NormalForm-v0', { leader: [['true']], follower: [[1]] }], ['NormalForm-v0', { leader: [['Infinity']], follower: [[1]] }], ['NormalForm-v0', { leader: [['(-1)^0.5']], follower: [[1]] }], ['NormalForm-v0', { leader: [['v(2)']], follower: [[1]], variables: { v: 3 } }],['NormalForm-v0', { leader: [['max(1)(2)']], follower: [[1]] }],['NormalForm-v0', { leader: [['5%']], follower: [[1]] }],['NormalForm-v0', { leader: [['5 % 3']], follower: [[1]] }],['NormalForm-v0', { leader: [['sqrt']], follower: [[1]] }],
  ['NormalForm-v0', { leader: [['0x1F']], follower: [[1]] }], ['NormalForm-v0', { leader: [['import("fs")']], follower: [[1]] }], ['NormalForm-v0', { leader: [['a.b']], follower: [[1]], variables:{a:1} }], ['NormalForm-v0', { leader: [['a=2']], follower: [[1]], variables:{a:1} }], ['NormalForm-v0', { leader: [['f(x)=2']], follower: [[1]] }], ['NormalForm-v0', { leader: [['1; 2']], follower: [[1]] }], ['NormalForm-v0', { leader: [['1 # c']], follower: [[1]] }], ['NormalForm-v0', { leader: [['log(0)']], follower: [[1]] }], ['NormalForm-v0', { leader: [['1e999']], follower: [[1]] }],['NormalForm-v0', { leader: [['a?1:2']], follower: [[1]], variables: {a:1} }],
  ['NormalForm-v0', { observeAction: 1 }], ['NormalFrom-v0', {}], ['NormalForm', {}], ['IteratedMatrixGame-v0', { rewardOffset: NaN }], ['IteratedMatrixGame-v0', { leader: [[1]], follower: [['1+1']], variables: 5 }], ['IteratedMatrixGame-v0', { leader: [[1]], follower: [['1+1']], variables: {v: 'x'} }],
];
it('probe', () => {
  const lines = tries.map(([id, p]) => { let r; try { const g: any = makeGame(id, p); r = 'OK ' + JSON.stringify(g.payoffs); } catch (e: any) { r = `${e.name}: ${e.message}`; } return `${JSON.stringify(p)} -> ${r}`; });
  console.log(lines.join('\n'));
  try { make('IteratedMatrixGame-v0', { horizn: 3 }); } catch (e: any) { console.log(e.message); }
});
