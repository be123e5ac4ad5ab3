// The schedule: what had to be so before, which order both sides keep, and who moves on which day.

import { count } from "../words";
import type { Moved, ScheduleAnswer } from "./answers";
import { PairedTimeline } from "./paired-timeline";
import { Preconditions } from "./preconditions";
import { dayWords, shownDay, stages } from "./schedule-state";
import { figure, km, Side, sideName } from "./sides";
import { agreement, schedule, sides } from "./store";
import { offered } from "../offered";

export function SchedulePanel() {
  const { answer, refused } = schedule.value;
  return (
    <>
      <Preconditions />
      {!offered.value?.parts.schedule && <p class="empty">There is no order to plan: it needs an agreement and declared positions in the case’s folder <code>withdrawal</code>.</p>}
      {refused && (
        <section class="w-block" role="alert">
          <h3>No order keeps everything</h3>
          <p>{refused}</p>
        </section>
      )}
      {answer && <Told answer={answer} />}
      {offered.value?.parts.schedule && !answer && !refused && <p class="empty" aria-live="polite">The shortest order is being looked for.</p>}
    </>
  );
}

function Told({ answer }: { answer: ScheduleAnswer }) {
  const moving = Object.keys(answer.day).length;
  return (
    <section class="w-block" aria-labelledby="w-order">
      <h3 id="w-order">The order</h3>
      <p class="w-lead">
        {count(moving, "position")} {moving === 1 ? "moves" : "move"} in {count(answer.days, "day")};{" "}
        {answer.proven ? "no order is shorter." : `none of less than ${count(answer.least_days, "day")} could be.`}
      </p>
      <ul class="w-list w-small">
        {clauseWords(answer).map((words) => <li key={words}>{words}</li>)}
        {stages.value.length > 1 && stages.value.map((stage, k) => (
          <li key={stage.number}>Stage {stage.number}: {stage.words} ({stage.first === stage.last ? `day ${stage.first}` : `days ${stage.first} to ${stage.last}`}{k > 0 ? "" : "; on each side of each section before the next"}).</li>
        ))}
        {answer.stay.length > 0 && <li>{count(answer.stay.length, "position")} need not move.</li>}
        {answer.notes.map((note) => <li key={note}>{note}</li>)}
      </ul>
    </section>
  );
}

function clauseWords(answer: ScheduleAnswer): string[] {
  const { imbalance, basis, capacity, before } = answer.clauses;
  const out: string[] = [];
  const one = new Set(Object.values(imbalance)).size === 1;
  for (const [section, most] of Object.entries(imbalance).slice(0, one ? 1 : undefined)) {
    const within = basis === "share" ? `${figure(most * 100)} % of what each has to move` : `${figure(most)} of strength`;
    out.push(`On no evening do the sides differ by more than ${within} in ${one ? "any section" : `section ${section}`}.`);
  }
  for (const [party, limits] of Object.entries(capacity)) {
    for (const [measure, limit] of Object.entries(limits)) {
      const what = measure === "number" ? count(limit, "position") : measure === "km" ? km(limit) : `${figure(limit)} of strength`;
      out.push(`${sideName(party)} moves at most ${what} a day.`);
    }
  }
  for (const [first, second] of before) out.push(`${first} goes before ${second}.`);
  return out;
}

const anything = (moved: Record<string, Moved>) => Object.values(moved).some((each) => each.positions.length > 0);

function cell(moved: Moved | undefined) {
  if (!moved?.positions.length) return <span class="dim">–</span>;
  return <>{moved.positions.join(", ")} <span class="dim">(strength {figure(moved.strength)}, {km(moved.km)}{moved.gone === null ? "" : `; then ${Math.round(moved.gone * 100)} % gone`})</span></>;
}

/** The same as the timeline, for print and for those who hear it. */
function MovesTable({ answer }: { answer: ScheduleAnswer }) {
  const both = sides.value;
  return (
    <section class="w-block">
      <h3 id="w-moves">Moves by day</h3>
      <div class="w-scroll" role="region" aria-labelledby="w-moves" tabIndex={0}>
        <table class="w-table">
          <thead><tr><th scope="col">Day</th><th scope="col">Section</th>{both.map((party) => <th scope="col" key={party}><Side party={party} both={both} size={11} /></th>)}</tr></thead>
          <tbody>
            {answer.steps.flatMap((step) => step.sections.filter((row) => anything(row.moved)).map((row) => (
              <tr key={`${step.day} ${row.section}`} class={step.day === shownDay.value ? "on" : ""}>
                <th scope="row">{dayWords(answer, step.day)}</th><td>{row.section}</td>
                {both.map((party) => <td key={party}>{cell(row.moved[party])}</td>)}
              </tr>
            )))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The timeline, and what moves on the day that is looked at. */
export function ScheduleStage() {
  const { answer } = schedule.value;
  if (!answer || !answer.steps.length) return null;
  const both = sides.value;
  const at = shownDay.value;
  const rows = answer.steps[at - 1]?.sections.filter((row) => anything(row.moved)) ?? [];
  return (
    <section class="w-timeline" aria-label="Order of the withdrawal">
      <PairedTimeline answer={answer} both={both} />
      <div class="w-below">
        <div class="w-readout" aria-live="polite">
          <b>{dayWords(answer, at)}</b>
          {at === 0 && <span class="dim"> {agreement.value?.valid_from ? "" : "The agreement names no first day. "}Choose a day on the timeline, or with the arrow keys below it.</span>}
          {at > 0 && !rows.length && <span class="dim"> nothing moves</span>}
          {rows.map((row) => (
            <p key={row.section}>
              <span class="dim">{row.section}:</span>{" "}
              {both.map((party) => row.moved[party]?.positions.length ? <span key={party}><Side party={party} both={both} size={11} /> {cell(row.moved[party])} </span> : null)}
            </p>
          ))}
        </div>
        <MovesTable answer={answer} />
      </div>
    </section>
  );
}
