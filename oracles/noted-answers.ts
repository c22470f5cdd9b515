import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Answer, Query } from '../envs/core/stackelberg.js';
import { isTypedArray } from '../gymnasium/spaces/space.js';
import { InducedGame } from '../solvers/induced-game.js';

/** The leader was not yet asked. */
class Unanswered extends Error {
  constructor(readonly observation: any) {
    super();
  }
}

/** What a leader has answered so far, taken as its commitment. */
export class NotedAnswers {
  private readonly answers = new Map<string, any>();

  clear(): void {
    this.answers.clear();
  }

  /** Keeps an answer. Leaders may reuse the arrays that they answer with. */
  note(observation: any, action: any): void {
    this.answers.set(String(observation), isTypedArray(action) ? action.slice() : action);
  }

  /** The followers' game under these answers; asks for those that are missing. */
  *induced(game: MarkovGame): Generator<Query, InducedGame, Answer> {
    for (;;) {
      try {
        return new InducedGame(game, { act: (observation) => this.answerTo(observation) });
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        const { observation } = error;
        this.note(observation, yield { observation, answer: 'action' });
      }
    }
  }

  private answerTo(observation: any): any {
    const known = this.answers.get(String(observation));
    if (known === undefined) throw new Unanswered(observation);
    return known;
  }
}
