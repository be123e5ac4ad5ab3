// The plan as agreed: every tier with its own balance, exceptions, and each declared position.

import type { AgreedPosition, AgreementAnswer } from "./answers";
import { asymmetry, Balance, CertainWords, type Measure } from "./balance";
import { figure, km, Side } from "./sides";
import { agreed, agreement, sides } from "./store";
import { capital } from "../words";

export function AgreedPlan() {
  const { answer, refused } = agreed.value;
  if (refused) return <p class="failure" role="alert">{refused}</p>;
  if (!answer) return <p class="empty" aria-live="polite">The agreed zones are being drawn exactly.</p>;
  const tiers = [...new Set(answer.zones.map((zone) => zone.tier))];
  return (
    <>
      {tiers.map((tier) => <TierBalance key={tier} answer={answer} tier={tier} />)}
      {answer.exceptions.length > 0 && (
        <section class="w-block">
          <h3>Exceptions</h3>
          <ul class="w-list">{answer.exceptions.map((each) => <li key={each.name}>{each.name} <span class="dim">({each.kind.replaceAll("_", " ")})</span></li>)}</ul>
        </section>
      )}
      <Positions all={answer.positions} />
      {answer.notes.length > 0 && (
        <section class="w-block">
          <h3>Notes</h3>
          <ul class="w-list">{answer.notes.filter((note) => note !== agreement.value?.notice).map((note) => <li key={note}>{note}</li>)}</ul>
        </section>
      )}
    </>
  );
}

function TierBalance({ answer, tier }: { answer: AgreementAnswer; tier: string }) {
  const both = sides.value;
  const zones = both.map((party) => answer.zones.find((zone) => zone.party === party && zone.tier === tier));
  const head = agreement.value?.tiers.find((each) => each.name === tier);
  const measures = answer.balance.filter((row) => row.tier === tier).map((row): Measure => {
    const [label = row.label, unit] = row.label.split(", ");
    return {
      key: row.measure, label: capital(label), ...(unit ? { unit } : {}),
      values: [row.values[both[0]] ?? null, row.values[both[1]] ?? null],
      ...(row.measure === "area_km2" ? { certain: [zones[0]?.certain_km2 ?? null, zones[1]?.certain_km2 ?? null] as [number | null, number | null] } : {}),
    };
  });
  const depends = zones.map((zone) => zone?.depends_km2 ?? null) as [number | null, number | null];
  if (depends.some((each) => each !== null)) measures.splice(1, 0, { key: "depends", label: "Depends on the map", unit: "km²", values: depends, soft: true });
  return (
    <section class="w-block">
      <h3>{capital(tier)}: {depthWords(zones.map((zone) => zone?.depth_km))}</h3>
      {head && (
        <p class="w-small dim">
          Leaves: {head.forbids.join(", ").replaceAll("_", " ")}.{head.may_stay.length > 0 && ` May stay: ${head.may_stay.join(", ").replaceAll("_", " ")}.`}
        </p>
      )}
      <p class="w-lead">{asymmetry(...larger(both, zones.map((zone) => zone?.area_km2 ?? 0)), true)}</p>
      <Balance measures={measures} both={both} caption={`What each side withdraws from, ${tier}`} />
      <CertainWords certain={zones.map((zone) => zone?.certain_km2 ?? null)} both={both} />
    </section>
  );
}

/** Which side's ground is larger, and by how many per cent. */
function larger(both: [string, string], [a = 0, b = 0]: number[]): [string | null, number | null] {
  if (a === b || Math.min(a, b) <= 0) return [null, null];
  return [both[a > b ? 0 : 1], 100 * (Math.max(a, b) / Math.min(a, b) - 1)];
}

/** `5 km`, `2 to 6 km` along the line, or each side's own. */
function depthWords(depths: (number | number[] | undefined)[]): string {
  const told = depths.map((depth) => {
    const all = [depth ?? 0].flat();
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return low === high ? km(low) : `${km(low)} to ${km(high)}`;
  });
  return told[0] === told[1] ? told[0]! : told.join(" and ");
}

function Positions({ all }: { all: AgreedPosition[] }) {
  const both = sides.value;
  if (!all.length) return null;
  const leaving = all.filter((each) => each.verdict !== "may stay");
  return (
    <section class="w-block">
      <h3>Declared positions</h3>
      <p class="w-small">{leaving.length} of {all.length} must leave or may have to. Circles are as large as the positions are uncertain.</p>
      <div class="w-scroll" role="region" aria-label="Declared positions" tabIndex={0}>
        <table class="w-table">
          <thead><tr><th scope="col">Position</th><th scope="col">Side</th><th scope="col">What</th><th scope="col">Verdict</th><th scope="col">In the zone</th><th scope="col">Way</th></tr></thead>
          <tbody>
            {all.map((each) => (
              <tr key={each.id}>
                <th scope="row">{each.id}</th><td><Side party={each.party} both={both} size={11} /></td>
                <td>{each.class.replaceAll("_", " ")}, {figure(each.strength)}</td><td>{each.verdict}</td>
                <td class="n">{Math.round(each.probability * 100)} %</td><td class="n">{each.move_km ? km(each.move_km) : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
