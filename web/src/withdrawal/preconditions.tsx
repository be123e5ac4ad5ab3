// What had to be so before anybody moves: the quiet days, as the record tells of them.

import { day, words } from "../words";
import { IncidentLink } from "./links";
import { agreement } from "./store";

const STATES: Record<string, string> = { kept: "Kept as far as told", broken: "Broken", open: "May have been broken", "not known": "Not known" };
const MOST = 5;

export function Preconditions() {
  const all = agreement.value?.preconditions ?? [];
  if (!all.length) return null;
  return (
    <section class="w-block" aria-labelledby="w-quiet">
      <h3 id="w-quiet">Before the first day</h3>
      <ul class="w-list">
        {all.map((each) => (
          <li key={`${each.quiet_days} ${each.within_km}`}>
            <p><b class="w-state" data-state={each.state}>{STATES[each.state] ?? each.state}.</b> {each.sentence}</p>
            {each.breaks.length > 0 && (
              <ul class="w-breaks">
                {each.breaks.slice(0, MOST).map((one) => (
                  <li key={one.incident}>
                    <IncidentLink id={one.incident}>{words("event", one.event)} {one.place ? `near ${one.place}` : "at a place that is not told"}</IncidentLink>{" "}
                    <span class="dim">{one.first ? day(one.first) : "day not known"}{one.contested ? ", contested" : ""}{one.certain ? "" : ", place or time leaves it open"}</span>
                  </li>
                ))}
                {each.breaks.length > MOST && <li class="dim">and {each.breaks.length - MOST} more</li>}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
