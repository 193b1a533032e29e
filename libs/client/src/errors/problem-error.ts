import { type Problem, slugOf } from '../wire/problem.js';
import type { CallFacts } from './call-facts.js';
import { HoldfastError } from './holdfast-error.js';

/** The service refused, and said why. Each slug of its catalogue has a class of its own, see {@link problemError}. */
export class ProblemError extends HoldfastError {
  readonly slug: string;
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly retryable: boolean;
  override readonly operationId: string | undefined;

  constructor(
    /** The problem document as it came. */
    readonly problem: Problem,
    facts?: CallFacts,
  ) {
    super(problem.detail || problem.title, facts);
    this.slug = slugOf(problem);
    // From the slug, because a bundler may rename the class.
    this.name = `${this.slug.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Error`;
    this.code = this.slug.replaceAll('-', '_');
    this.status = problem.status;
    this.retryable = problem.retryable;
    this.operationId = problem.operationId;
  }
}
