// Asking again and again while somebody drags: the newest question wins, no answer overtakes a later one, and what is shown
// stays until the next answer has come.

/** How long an answer under way is waited for when a newer question stands in line. */
const PATIENCE_MS = 600;

export class Latest<Question, Answer> {
  #running: { controller: AbortController; since: number } | null = null;
  #next: { question: Question } | null = null;
  #hurry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
    private readonly tell: (answer: Answer, question: Question) => void,
    private readonly refuse: (message: string, question: Question) => void,
  ) {}

  /** Ask this next. One question is under way at a time: a newer one lets it answer for a moment longer, then gives it up. */
  want(question: Question): void {
    this.#next = { question };
    if (!this.#running) this.#start();
    else this.#hurry ??= setTimeout(() => this.#giveUp(), Math.max(0, this.#running.since + PATIENCE_MS - performance.now()));
  }

  /** Nothing is wanted any more. */
  stop(): void {
    this.#next = null;
    this.#giveUp();
  }

  #giveUp(): void {
    clearTimeout(this.#hurry);
    this.#hurry = undefined;
    this.#running?.controller.abort();
    this.#running = null;
    if (this.#next) this.#start();
  }

  #start(): void {
    const { question } = this.#next!;
    this.#next = null;
    const controller = new AbortController();
    this.#running = { controller, since: performance.now() };
    const ended = () => {
      if (this.#running?.controller !== controller) return false;
      clearTimeout(this.#hurry);
      this.#hurry = undefined;
      this.#running = null;
      return true;
    };
    this.ask(question, controller.signal).then(
      (answer) => {
        if (!ended()) return;
        this.tell(answer, question);
        if (this.#next) this.#start();
      },
      (error: unknown) => {
        if (!ended()) return;
        if (!controller.signal.aborted) this.refuse((error as Error).message, question);
        if (this.#next) this.#start();
      },
    );
  }
}
