// The withdrawal view: planned, put in order, verified.

import { offered, offeredRefused } from "../offered";
import { address, go, type Part } from "../state";
import { TabList } from "../tab-list";
import { AgreementHead, Purpose, Refused } from "./head";
import { MapPane } from "./map-pane";
import { PlanPanel } from "./plan";
import { SchedulePanel, ScheduleStage } from "./schedule";
import { Patterns } from "./status";
import { VerificationPanel } from "./verification";
import "../styles/withdrawal.css";

const PARTS: [Part, string][] = [["plan", "Plan"], ["schedule", "Schedule"], ["verification", "Verification"]];

function Parts() {
  const { part } = address.value;
  return (
    <TabList label="Parts of the withdrawal" tabs={PARTS} chosen={part} id="part" panel={() => "w-panel"} class="w-parts"
      choose={(next) => next !== part && go({ part: next, at: "" }, true)} />
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
