// How much of the ground was looked at, how long ago, and what nobody ever looked at; and what the ground is known to be.

import { percent } from "../words";
import { STATUSES, type Status, type VerificationAnswer } from "./answers";
import { figure, Side, sideName, sideSlot } from "./sides";
import { GroundSwatch, LOOKS } from "./status";

const AGES: [string, string][] = [["last 7 days", "last 7 days"], ["8 to 30 days ago", "8 to 30 days ago"], ["more than 30 days ago", "longer ago"]];

export function CoverageTable({ answer, both }: { answer: VerificationAnswer; both: [string, string] }) {
  const sides = both.map((party) => answer.coverage.find((row) => row.party === party));
  const window = answer.model["window_days"];
  return (
    <section class="w-block" aria-labelledby="w-coverage">
      <h3 id="w-coverage">What was looked at</h3>
      <div class="w-shares">
        {sides.map((row) => row && (
          <div key={row.party} class={`edge-${sideSlot(row.party, both)}`}>
            <p><Side party={row.party} both={both} /> <b>{percent(row.observed_in_window_share)}</b> of {figure(row.area_km2)} km²{window ? ` in the last ${window} days` : ""}</p>
            <span class="w-share" aria-hidden="true"><span style={{ width: `${row.observed_in_window_share * 100}%` }} /></span>
          </div>
        ))}
      </div>
      <table class="w-table">
        <thead><tr><th scope="col">Last looked at, km²</th>{both.map((party) => <th scope="col" class="n" key={party}>{sideName(party)}</th>)}</tr></thead>
        <tbody>
          {AGES.map(([key, words]) => (
            <tr key={key}><th scope="row">{words}</th>{sides.map((row, k) => <td class="n" key={both[k]}>{row ? figure(Number(row[key] ?? 0)) : "–"}</td>)}</tr>
          ))}
          <tr class="sum"><th scope="row">never looked at</th>{sides.map((row, k) => <td class="n" key={both[k]}>{row ? figure(row.never) : "–"}</td>)}</tr>
        </tbody>
      </table>
      <GroundTable answer={answer} both={both} />
    </section>
  );
}

function GroundTable({ answer, both }: { answer: VerificationAnswer; both: [string, string] }) {
  const areas = new Map<string, number>();
  for (const { properties } of answer.features.features) {
    if (properties?.["part"] !== "cell") continue;
    const key = `${properties["party"]} ${properties["status"]}`;
    areas.set(key, (areas.get(key) ?? 0) + Number(properties["area_km2"] ?? 0));
  }
  const of = (party: string, status: Status) => areas.get(`${party} ${status}`) ?? 0;
  return (
    <table class="w-table">
      <thead><tr><th scope="col">Ground, km²</th>{both.map((party) => <th scope="col" class="n" key={party}>{sideName(party)}</th>)}</tr></thead>
      <tbody>
        {STATUSES.filter((status) => both.some((party) => of(party, status) > 0)).map((status) => (
          <tr key={status}><th scope="row"><GroundSwatch status={status} />{" "}{LOOKS[status].words.toLowerCase()}</th>{both.map((party) => <td class="n" key={party}>{figure(of(party, status))}</td>)}</tr>
        ))}
      </tbody>
    </table>
  );
}
