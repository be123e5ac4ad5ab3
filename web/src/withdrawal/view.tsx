// The withdrawal view: planned, put in order, verified.

import { offered, offeredRefused } from "../offered";
import { address, go, type Part } from "../state";
import { AgreementHead, Purpose, Refused } from "./head";
import { MapPane } from "./map-pane";
import { PlanPanel } from "./plan";
import { SchedulePanel, ScheduleStage } from "./schedule";
import { Patterns } from "./status";
import { VerificationPanel } from "./verification";
import "../styles/withdrawal.css";

const PARTS: [Part, string][] = [["plan", "Plan"], ["schedule", "Schedule"], ["verification", "Verification"]];

function Parts() {
  const move = (event: KeyboardEvent, k: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const [part] = PARTS[(k + step + PARTS.length) % PARTS.length]!;
    go({ part, at: "" }, true);
    document.getElementById(`part-${part}`)?.focus();
  };
  return (
    <div class="w-parts tabs" role="tablist" aria-label="Parts of the withdrawal">
      {PARTS.map(([part, words], k) => {
        const on = address.value.part === part;
        return (
          <button key={part} id={`part-${part}`} type="button" role="tab" aria-selected={on} aria-controls="w-panel" tabIndex={on ? 0 : -1}
            onClick={() => !on && go({ part, at: "" }, true)} onKeyDown={(event) => move(event, k)}>{words}</button>
        );
      })}
    </div>
  );
}

export default function WithdrawalView() {
  const view = offered.value;
  const { part } = address.value;
  if (offeredRefused.value) return <main class="withdrawal"><p class="failure" role="alert">{offeredRefused.value}</p></main>;
  if (!view) return <main class="withdrawal" />;
  if (!view.lines.length) {
    return (
      <main class="withdrawal none">
        <Refused />
        <p class="empty">This case has no line that says which party is on which side, so there is no withdrawal to plan. Add one to the case’s <code>layers</code>, with <code>left_party</code> and <code>right_party</code>, and build again.</p>
      </main>
    );
  }
  return (
    <main class={`withdrawal of-${part}`}>
      <h2 class="sr">Withdrawal</h2>
      <Patterns />
      <Parts />
      <div class="w-panel" role="tabpanel" id="w-panel" aria-labelledby={`part-${part}`}>
        <AgreementHead />
        <Refused />
        {part === "plan" ? <PlanPanel /> : part === "schedule" ? <SchedulePanel /> : <VerificationPanel />}
        <Purpose />
      </div>
      {part === "schedule" && <ScheduleStage />}
      <MapPane />
    </main>
  );
}
