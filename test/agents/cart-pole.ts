import { Env } from '../../gymnasium/core.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { ResetOptions, TypedArray } from '../../gymnasium/types.js';

const gravity = 9.8;
const poleMass = 0.1;
const totalMass = 1 + poleMass;
const halfLength = 0.5;
const force = 10;
const tau = 0.02;
const positionLimit = 2.4;
const angleLimit = (12 * Math.PI) / 180;
const stepLimit = 500;

/**
 * Balancing a pole on a cart, after Barto, Sutton & Anderson, "Neuronlike adaptive elements that can solve difficult
 * learning control problems", IEEE Transactions on Systems, Man, and Cybernetics 13 (1983).
 */
export class CartPole extends Env<TypedArray, number> {
  readonly observationSpace = new Box(-Infinity, Infinity, { shape: [4] });
  readonly actionSpace = new Discrete(2);
  private state = [0, 0, 0, 0];
  private time = 0;

  reset(options?: ResetOptions) {
    this.reseed(options);
    this.time = 0;
    this.state = this.state.map(() => this.rng.uniform() * 0.1 - 0.05);
    return { observation: Float32Array.from(this.state), info: {} };
  }

  step(action: number) {
    const [x, speed, angle, spin] = this.state;
    const push = action === 1 ? force : -force;
    const sin = Math.sin(angle);
    const cos = Math.cos(angle);
    const part = (push + poleMass * halfLength * spin * spin * sin) / totalMass;
    const inertia = halfLength * (4 / 3 - (poleMass * cos * cos) / totalMass);
    const spinRate = (gravity * sin - cos * part) / inertia;
    const acceleration = part - (poleMass * halfLength * spinRate * cos) / totalMass;
    this.state = [x + tau * speed, speed + tau * acceleration, angle + tau * spin, spin + tau * spinRate];
    this.time++;
    const terminated = Math.abs(this.state[0]) > positionLimit || Math.abs(this.state[2]) > angleLimit;
    const truncated = this.time >= stepLimit;
    return { observation: Float32Array.from(this.state), reward: 1, terminated, truncated, info: {} };
  }
}
