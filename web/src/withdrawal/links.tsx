// From the withdrawal to the record: an incident that is evidence, or that broke a quiet day.

import type { ComponentChildren } from "preact";
import { incidents, openView } from "../state";

export const isIncident = (id: string): boolean => incidents.value?.id.includes(id) ?? false;

export function IncidentLink({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <a href={`?i=${encodeURIComponent(id)}`} onClick={(event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openView("record", { i: id, doc: "", claim: "" });
    }}>{children}</a>
  );
}

/** Ids of looks and incidents; what is an incident of the record can be opened. A report of one of several places is `incident:1`. */
export function Evidence({ ids }: { ids: string[] }) {
  if (!ids.length) return <span class="silence">none</span>;
  return (
    <>
      {ids.map((id, k) => {
        const incident = isIncident(id) ? id : isIncident(id.replace(/:\d+$/, "")) ? id.replace(/:\d+$/, "") : null;
        return <span key={id}>{k > 0 && ", "}{incident ? <IncidentLink id={incident}>incident {incident.slice(0, 12)}</IncidentLink> : <span class="w-id">{id}</span>}</span>;
      })}
    </>
  );
}
