// Reviewing: what people decided about an incident and its claims, and deciding. Nothing here changes the evidence: every
// decision is signed by the server with the reviewer's key, and takes effect when the record is built again.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import {
  fetchReview, forget, sendBuild, sendDecision, type Decided, type DecisionKind, type IncidentView, type Reviewing,
} from "./api";
import { Tag } from "./marks";
import { address, incidents, loadRecord, openIncident, visible } from "./state";
import { count, day, words } from "./words";

/** What reviewers decided; null where the server was not started for reviewing. */
export const reviewing = signal<Reviewing | null>(null);
/** The decision that is being made, if one is. */
const making = signal<DecisionKind | null>(null);
const notice = signal("");

export const loadReview = (): void => void fetchReview().then((all) => (reviewing.value = all), () => undefined);

interface Action { kind: DecisionKind; key: string; label: string; says: string }

export const ACTIONS: Action[] = [
  { kind: "accept", key: "a", label: "Accept", says: "The claims are read and joined rightly." },
  { kind: "reject", key: "x", label: "Reject", says: "Claims that were read wrongly leave the incident; they stay in the record, marked." },
  { kind: "correct", key: "e", label: "Correct", says: "One field of one claim gets another value; what was read stays beside it." },
  { kind: "merge", key: "m", label: "Merge", says: "This and another incident are one." },
  { kind: "split", key: "p", label: "Split", says: "The chosen claims tell of something else." },
  { kind: "sensitive", key: "s", label: "Sensitive", says: "Exports leave the chosen claims out." },
  { kind: "comment", key: "o", label: "Comment", says: "A remark for other reviewers." },
];

/** Starts a decision by its key, undoes the last own one with u, goes on to the next incident with n. */
export function reviewKey(key: string): boolean {
  if (!reviewing.value) return false;
  if (key === "n") return next();
  if (!address.value.i) return false;
  if (key === "u") {
    const last = lastOwn();
    if (last) void undo(last);
    return true;
  }
  const action = ACTIONS.find((one) => one.key === key);
  if (action) making.value = action.kind;
  return action !== undefined;
}

/** The next incident of the list as it is ordered now. */
function next(): boolean {
  const all = incidents.value;
  if (!all || !visible.value.length) return false;
  const at = visible.value.findIndex((n) => all.id[n] === address.value.i);
  openIncident(all.id[visible.value[(at + 1) % visible.value.length]!]!);
  return true;
}

const live = (decision: Decided) => decision.kind !== "undo" && decision.state !== "undone" && decision.state !== "superseded";

function lastOwn(): Decided | undefined {
  const { author, decisions } = reviewing.value!;
  return [...decisions].reverse().find((one) => one.author === author && live(one));
}

async function send(kind: DecisionKind, targets: string[], reason: string, more: { field?: string; value?: string; settles?: string[] } = {}) {
  const request = crypto.randomUUID();
  reviewing.value = await sendDecision(reviewing.value!.token, { kind, targets, reason, request, ...more });
}

async function undo(decision: Decided): Promise<void> {
  try {
    await send("undo", [decision.id], "taken back");
    notice.value = `Taken back: ${spoken(decision)}.`;
  } catch (error) {
    notice.value = (error as Error).message;
  }
}

const KINDS: Record<DecisionKind, string> = {
  accept: "accepted", reject: "rejected", correct: "corrected", merge: "merged", split: "split", pin: "pinned a place",
  sensitive: "marked sensitive", comment: "commented", undo: "took back",
};

const STATES: Record<string, string> = {
  conflict: "reviewers disagree: nothing is applied", vanished: "its claim is no longer in the record", undone: "taken back",
  superseded: "decided anew since",
};

const spoken = (decision: Decided): string =>
  `${KINDS[decision.kind]}${decision.field ? ` ${decision.field}${decision.value ? ` to ${decision.value}` : ""}` : ""}`;

/** How many decisions wait for a build, and the way to build. */
export function ReviewBar() {
  const [building, setBuilding] = useState(false);
  const view = reviewing.value;
  if (!view) return null;
  const build = async () => {
    setBuilding(true);
    try {
      await sendBuild(view.token);
      forget();
      await loadRecord();
      loadReview();
      notice.value = "The record was built with all decisions.";
    } catch (error) {
      notice.value = (error as Error).message;
    }
    setBuilding(false);
  };
  return (
    <div class="review-bar" role="status">
      <span>Reviewing as <b>{view.author}</b></span>
      {notice.value && <span class="dim">{notice.value}</span>}
      <span class="spacer" />
      {view.waiting > 0 && (
        <>
          <span>{count(view.waiting, "decision")} since this record was built</span>
          <button type="button" class="quiet" disabled={building} onClick={() => void build()}>{building ? "Building …" : "Build again"}</button>
        </>
      )}
    </div>
  );
}

/** The actions for an incident, and what was decided about it. */
export function ReviewSection({ view }: { view: IncidentView }) {
  const all = reviewing.value;
  if (!all) return null;
  const here = new Set(Object.keys(view.claims));
  const about = all.decisions.filter((one) => one.claims.some((claim) => here.has(claim)) || one.subjects.includes(view.incident.id));
  return (
    <section aria-labelledby="review" class="review">
      <h3 id="review">Review</h3>
      <div class="review-actions" role="group" aria-label="Decide">
        {ACTIONS.map(({ kind, key, label, says }) => (
          <button key={kind} type="button" title={`${says} (${key})`} aria-keyshortcuts={key} onClick={() => (making.value = kind)}>{label}</button>
        ))}
      </div>
      {about.length > 0 && (
        <ul class="decided">
          {about.map((one) => (
            <li key={one.id} class={live(one) ? "" : "past"}>
              <p><b>{one.author}</b> {spoken(one)} <time class="dim">{day(one.decided_at)}</time></p>
              <p class="said">{one.reason}</p>
              {STATES[one.state] && <p class="dim">{STATES[one.state]}{one.against.length > 0 && `: see ${one.against.join(", ")}`}</p>}
              {one.author === all.author && live(one) && <button type="button" class="link" onClick={() => void undo(one)}>Take back</button>}
            </li>
          ))}
        </ul>
      )}
      {making.value && <Decide view={view} kind={making.value} />}
    </section>
  );
}

function Decide({ view, kind }: { view: IncidentView; kind: DecisionKind }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [refused, refuse] = useState("");
  const [busy, setBusy] = useState(false);
  const action = ACTIONS.find((one) => one.kind === kind)!;
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const close = () => (making.value = null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const claims = given.getAll("claim").map(String);
    const targets: Record<string, string[]> = {
      accept: [view.incident.id], comment: [view.incident.id], merge: [view.incident.id, text("other")], split: [view.incident.id, ...claims],
    };
    setBusy(true);
    try {
      const conflict = reviewing.value!.decisions.filter((one) => one.state === "conflict" && one.claims.some((claim) => claims.includes(claim) || claim in view.claims));
      const settles = given.has("settles") ? conflict.map((one) => one.id) : [];
      await send(kind, targets[kind] ?? claims, text("reason"), {
        ...(kind === "correct" ? { field: text("field"), value: text("value") } : {}), ...(settles.length ? { settles } : {}),
      });
      notice.value = `${action.label}: stored. It takes effect at the next build.`;
      close();
    } catch (error) {
      refuse((error as Error).message);
      setBusy(false);
    }
  };
  const ids = Object.keys(view.claims);
  const conflicts = reviewing.value!.decisions.some((one) => one.state === "conflict" && one.claims.some((claim) => claim in view.claims));
  return (
    <dialog ref={dialog} class="decide" aria-labelledby="decide-title" onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="decide-title">{action.label}</h2>
        <p class="dim">{action.says}</p>
        {(kind === "reject" || kind === "split" || kind === "sensitive") && (
          <Choice legend="Which claims">
            {ids.map((id) => (
              <label key={id}><input type="checkbox" name="claim" value={id} defaultChecked={kind !== "split" && ids.length === 1} /> <ClaimWords view={view} id={id} /></label>
            ))}
          </Choice>
        )}
        {kind === "correct" && (
          <>
            <Choice legend="Which claim">
              {ids.map((id, k) => <label key={id}><input type="radio" name="claim" value={id} defaultChecked={k === 0} /> <ClaimWords view={view} id={id} /></label>)}
            </Choice>
            <label class="field">Field
              <select name="field">{reviewing.value!.fields.map((field) => <option key={field} value={field}>{field}</option>)}</select>
            </label>
            <label class="field">Right value
              <input name="value" required autocomplete="off" placeholder="attack, 2022-09-13, near: Sotk, killed 49 …" />
            </label>
          </>
        )}
        {kind === "merge" && <Others view={view} />}
        {conflicts && kind !== "sensitive" && kind !== "comment" && (
          <label><input type="checkbox" name="settles" /> This settles what reviewers disagree on here</label>
        )}
        <label class="field">{kind === "comment" ? "Remark" : "Why"}
          <textarea name="reason" rows={2} required maxLength={1000} autofocus />
        </label>
        {refused && <p class="silence" role="alert">{refused}</p>}
        <div class="decide-foot">
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>Cancel</button>
          <button type="submit" disabled={busy}>Sign and store</button>
        </div>
      </form>
    </dialog>
  );
}

const Choice = ({ legend, children }: { legend: string; children: ComponentChildren }) => (
  <fieldset class="choice"><legend>{legend}</legend>{children}</fieldset>
);

function ClaimWords({ view, id }: { view: IncidentView; id: string }) {
  const spoken = view.claims[id]!;
  return <span><Tag code={spoken.claim.speaker} /> <q class="said">{spoken.words.length > 140 ? `${spoken.words.slice(0, 138)} …` : spoken.words}</q></span>;
}

/** The incidents that this one is likeliest the same as: near in time, of the same kind, with a place in common. */
function Others({ view }: { view: IncidentView }) {
  const all = incidents.value!;
  const own = all.id.indexOf(view.incident.id);
  const begins = all.begins[own] ?? null;
  const spots = new Set((own < 0 ? [] : all.spots[own]!).map((spot) => all.places[spot]!.name));
  const far = (n: number) => {
    const days = begins === null || all.begins[n] == null ? 3 : Math.min(Math.abs(all.begins[n]! - begins) / 86_400_000, 30);
    return days - (all.event[n] === view.incident.event ? 2 : 0) - (all.spots[n]!.some((spot) => spots.has(all.places[spot]!.name)) ? 4 : 0);
  };
  const near = all.id.map((_, n) => n).filter((n) => n !== own).sort((a, b) => far(a) - far(b) || a - b).slice(0, 12);
  return (
    <label class="field">The other incident
      <select name="other" size={Math.min(6, near.length)} required>
        {near.map((n) => <option key={n} value={all.id[n]}>{words("event", all.event[n]!)}: {all.summary[n]!.slice(0, 110)}</option>)}
      </select>
    </label>
  );
}
