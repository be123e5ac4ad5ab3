// The plan: how deep, what each side withdraws from, and what of it the map leaves open.

import type { ZoneAnswer, ZonesAnswer } from "./answers";
import { AgreedPlan } from "./agreed";
import { asymmetry, Balance, CertainWords, type Measure } from "./balance";
import { DepthControl, LineChoice } from "./depth-control";
import { figure, km, sideName } from "./sides";
import { asAgreed, exactRefused, zones, zonesRefused } from "./store";

export function PlanPanel() {
  return (
    <>
      <div class="w-controls">
        <LineChoice />
        <DepthControl />
      </div>
      {asAgreed.value ? <AgreedPlan /> : <DepthPlan />}
    </>
  );
}

function DepthPlan() {
  const answer = zones.value;
  if (zonesRefused.value) return <p class="failure" role="alert">{zonesRefused.value}</p>;
  if (!answer) return <p class="empty" aria-live="polite">The zones are being drawn.</p>;
  // those of the line before, until the next have come
  const pair = answer.zones as [ZoneAnswer, ZoneAnswer];
  const both: [string, string] = [pair[0].party, pair[1].party];
  return (
    <section class="w-block" aria-labelledby="w-balance">
      <h3 id="w-balance">What each side withdraws from</h3>
      <p class="w-lead" aria-live="polite">{asymmetry(answer.larger, answer.more_percent, answer.exact)}</p>
      <Balance measures={measuresOf(pair)} both={both} caption={`What each side withdraws from within ${km(answer.depth_km)} of the line`} />
      <Certainty answer={answer} both={both} />
      <Largest pair={pair} />
      <p class="dim w-small">
        Settlements and people are those the built-in gazetteer knows, of 500 people and more; it is no census.
      </p>
    </section>
  );
}

function measuresOf(pair: [ZoneAnswer, ZoneAnswer]): Measure[] {
  const of = (value: (zone: ZoneAnswer) => number | null): [number | null, number | null] => [value(pair[0]), value(pair[1])];
  const measures: Measure[] = [
    { key: "area", label: "Ground", unit: "km²", values: of((zone) => zone.area_km2), certain: of((zone) => zone.certain_km2) },
    { key: "depends", label: "Depends on the map", unit: "km²", values: of((zone) => zone.depends_km2), soft: true, pending: !exactRefused.value },
    { key: "settlements", label: "Settlements", values: of((zone) => zone.settlements) },
    { key: "people", label: "People", values: of((zone) => zone.people) },
  ];
  if (pair[0].positions && pair[1].positions) {
    const may = (zone: ZoneAnswer) => (zone.positions!.may_have_to_leave ? `${zone.positions!.may_have_to_leave} ${zone.positions!.must_leave ? "more " : ""}may have to` : null);
    measures.push({
      key: "positions", label: "Positions that must leave", values: of((zone) => zone.positions!.must_leave), notes: [may(pair[0]), may(pair[1])],
    });
  }
  return measures;
}

/** What is certain and what depends on the map; it comes when the slider rests. */
function Certainty({ answer, both }: { answer: ZonesAnswer; both: [string, string] }) {
  if (exactRefused.value) return <p class="w-certainty failure">{exactRefused.value}</p>;
  const certain = both.map((party) => answer.zones.find((zone) => zone.party === party)?.certain_km2 ?? null);
  return <CertainWords certain={certain} both={both} pending={!answer.exact} />;
}

function Largest({ pair }: { pair: [ZoneAnswer, ZoneAnswer] }) {
  if (!pair.some((zone) => zone.largest.length)) return null;
  return (
    <div class="w-largest">
      <h4>Largest places inside</h4>
      <div class="w-pair">
        {pair.map((zone, k) => (
          <ul key={zone.party} class={k ? "" : "left"} aria-label={`Of ${sideName(zone.party)}`}>
            {zone.largest.map((place) => (
              <li key={`${place.name} ${place.lon}`}>{place.name} {place.population !== null && <span class="dim">{figure(place.population)}</span>}</li>
            ))}
            {!zone.largest.length && <li class="silence">none known</li>}
          </ul>
        ))}
      </div>
    </div>
  );
}
