import { test } from '@jest/globals';
import { solveNormalForm } from '../../solvers/normal-form.js';
import { certifyNormalForm } from '../../solvers/rational.js';
import { Rng } from '../../gymnasium/rng.js';
test.each([
 [[[2,4],[1,3]],[[1,0],[0,1]]],[[[2,4],[1,3]],[[1,0],[0,2]]],[[[2,0,0],[1,0,0]],[[0,2,5],[0,-1,-4]]],[[[1,3],[0,2]],[[1,0],[0,1]]],
 [[[3,9],[9,1]],[[0,0],[1,8]]],
 [[[0,-25,50],[25,0,-5],[-50,5,0]],[[0,25,-50],[-25,0,5],[50,-5,0]]],
 [[[0,0,1],[1,0,0],[0,1,0]],[[0,1,0],[0,0,1],[1,0,0]]],
 [[[1,1],[1,1]],[[1,1],[1,1]]], [[[0.1]],[[0.2]]],[[[-0.1,1e-7],[3e22,5]],[[0.2,3],[0.1,0.7]]],
])('%j %j', async (A,B)=>{ process.stdout.write(JSON.stringify(await certifyNormalForm(A,B))+'\n') });
test('t', async () => { const r=new Rng(1); let bad=0, worst=0; const t=performance.now();
 for (let g=0;g<300;g++) { const m=1+r.integer(5), n=1+r.integer(5), K=[2,4,10,100][g%4]; const M=()=>Array.from({length:m},()=>Array.from({length:n},()=>r.integer(K))); const A=M(),B=M();
 const c=await certifyNormalForm(A,B); const s=await solveNormalForm(A,B); if(!c.verified) {bad++; process.stdout.write(JSON.stringify([A,B,c])+'\n');} else { const [a,b='1']=c.value.split('/'); worst=Math.max(worst,Math.abs(Number(a)/Number(b)-s.value)); if(!s.polished) process.stdout.write('unpolished\n')} }
 process.stdout.write([bad,worst,performance.now()-t].join(' ')+'\n');
 for (const n of [10,20]) { const M=()=>Array.from({length:n},()=>Array.from({length:n},()=>r.integer(1000)/10)); const t1=performance.now(); const c=await certifyNormalForm(M(),M()); process.stdout.write(n+' '+c.verified+' '+(performance.now()-t1)+'\n'); }
});
