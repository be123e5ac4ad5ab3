// From the withdrawal to the record: an incident that is evidence, or that broke a quiet day.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { incidents, openView } from "../state";
import { period, words } from "../words";

/** What an incident of the record is, in a few words; null for an id that is none. */
function incidentWords(id: string): string | null {
  const all = incidents.value;
  const n = all?.id.indexOf(id) ?? -1;
  return all && n >= 0 ? `${words("event", all.event[n]!).toLowerCase()}, ${period(all.time[n] ?? null)}` : null;
}

export function IncidentLink({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <a href={`?i=${encodeURIComponent(id)}`} onClick={(event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openView("record", { i: id, doc: "", claim: "" });
    }}>{children}</a>
  );
}

/** So many are listed at first. */
const MOST = 4;

/** Looks by their id, and incidents of the record, which can be opened. A report of one of an incident's places is `incident:1`. */
export function Evidence({ ids }: { ids: string[] }) {
  const [whole, setWhole] = useState(false);
  // looks on the ground first: they verify, incidents only make likelier
  const told = [...new Set(ids.map((id) => (incidentWords(id.replace(/:\d+$/, "")) ? id.replace(/:\d+$/, "") : id)))];
  const all = [...told.filter((id) => !incidentWords(id)), ...told.filter(incidentWords)];
  if (!all.length) return <span class="silence">nothing</span>;
  return (
    <>
      {all.slice(0, whole ? undefined : MOST).map((id, k) => {
        const told = incidentWords(id);
        return <span key={id}>{k > 0 && "; "}{told ? <IncidentLink id={id}>{told}</IncidentLink> : <span class="w-id">{id}</span>}</span>;
      })}
      {!whole && all.length > MOST && <> <button type="button" class="link" onClick={() => setWhole(true)}>and {all.length - MOST} more</button></>}
    </>
  );
}
