// The verification: what is known on a day, of each side alike.

import { useEffect, useRef, useState } from "preact/hooks";
import { offered } from "../offered";
import { go } from "../state";
import { day } from "../words";
import { STATUSES, type VerificationAnswer } from "./answers";
import { Breaches, NextLooks, VerifiedPositions } from "./breaches";
import { ComplianceChart } from "./compliance";
import { CoverageTable } from "./coverage";
import { LOOKS, StatusWord } from "./status";
import { sides, verification } from "./store";

export function VerificationPanel() {
  const { answer, refused } = verification.value;
  if (!offered.value?.parts.verification) {
    return <p class="empty">There is nothing to verify yet: it needs an agreement with a first day, declared positions, and looks (inspections or patrol tracks) in the case’s folder <code>withdrawal</code>.</p>;
  }
  if (refused) return <p class="failure" role="alert">{refused}</p>;
  if (!answer) return <p class="empty" aria-live="polite">What was looked at is being weighed.</p>;
  const both = sides.value;
  return (
    <>
      <DayControl answer={answer} />
      <p class="w-lead">Not looked at is not compliant. <span class="w-plain">What nobody looked at stays unverified, however long nobody complains.</span></p>
      <StatusKey />
      <Breaches answer={answer} both={both} />
      <ComplianceChart answer={answer} both={both} />
      <CoverageTable answer={answer} both={both} />
      <NextLooks answer={answer} />
      <VerifiedPositions answer={answer} both={both} />
    </>
  );
}

const DAY_MS = 86_400_000;
const REST_MS = 120;

/** The day to tell of: a slider over all days that can be asked for. */
function DayControl({ answer }: { answer: VerificationAnswer }) {
  const [first, last] = answer.days;
  const from = Date.parse(first);
  const many = Math.round((Date.parse(last) - from) / DAY_MS);
  const dayOf = (k: number) => new Date(from + k * DAY_MS).toISOString().slice(0, 10);
  const told = Math.round((Date.parse(answer.at) - from) / DAY_MS);
  const [moving, move] = useState<number | null>(null);
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(rest.current), []);
  useEffect(() => move(null), [answer]);
  const at = moving ?? told;
  return (
    <div class="w-controls">
      <div class="w-depth">
        <div class="w-depth-row">
          <label for="day">What was known on</label>
          <output for="day"><b>{day(dayOf(at))}</b>{moving !== null && <span class="dim"> …</span>}</output>
        </div>
        <input id="day" type="range" min={0} max={many} step={1} value={at} aria-valuetext={day(dayOf(at))}
          onInput={(event) => {
            const k = event.currentTarget.valueAsNumber;
            move(k);
            clearTimeout(rest.current);
            rest.current = setTimeout(() => go({ at: k === many ? "" : dayOf(k) }), REST_MS);
          }} />
        <div class="w-ends dim" aria-hidden="true"><span>{day(first)}</span><span>{day(last)}</span></div>
        <p class="w-small dim">Days and clock times are those of {answer.time_zone}.</p>
      </div>
    </div>
  );
}

function StatusKey() {
  return (
    <details class="w-key">
      <summary>What the words mean</summary>
      <dl>
        {STATUSES.map((status) => <div key={status}><dt><StatusWord status={status} /></dt><dd>{LOOKS[status].says}</dd></div>)}
      </dl>
    </details>
  );
}
