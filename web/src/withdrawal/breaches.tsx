// What probably is where it must not be, each with its probability and what it rests on.

import { day, local } from "../words";
import type { Breach, Status, VerificationAnswer } from "./answers";
import { Evidence } from "./links";
import { figure, Side } from "./sides";
import { LOOKS, StatusMark, StatusWord } from "./status";

/** `11 Apr 2024, 10:00` by the clocks of a zone. */
const when = (time: string, zone: string) => `${day(local(time, zone))}, ${local(time, zone).slice(11, 16)}`;

export function Breaches({ answer, both }: { answer: VerificationAnswer; both: [string, string] }) {
  return (
    <section class="w-block" aria-labelledby="w-breaches">
      <h3 id="w-breaches">Breaches</h3>
      {!answer.breaches.length && <p>None is known on this day. That is no sign of compliance where nobody looked.</p>}
      <ol class="w-breach-list">
        {answer.breaches.map((breach) => <One key={`${breach.what} ${breach.party} ${breach.evidence.join()}`} breach={breach} both={both} zone={answer.time_zone} />)}
      </ol>
    </section>
  );
}

function One({ breach, both, zone }: { breach: Breach; both: [string, string]; zone: string }) {
  const status = breach.status in LOOKS ? (breach.status as Status) : null;
  return (
    <li>
      <p class="w-breach-head">
        {status && <StatusMark status={status} size={17} />} <b>{breach.what.replaceAll("_", " ")}</b> <Side party={breach.party} both={both} size={11} />
      </p>
      <p>{status ? LOOKS[status].words : "Possible"}, {breach.declared ? "a declared position" : "not declared"}: {Math.round(breach.probability * 100)} % likely in the zone.</p>
      <p class="dim">
        {breach.since ? `First seen ${when(breach.since, zone)}${breach.last_seen && breach.last_seen !== breach.since ? `, last ${when(breach.last_seen, zone)}` : ""}. ` : ""}
        Rests on <Evidence ids={breach.evidence} />.
      </p>
    </li>
  );
}

export function NextLooks({ answer }: { answer: VerificationAnswer }) {
  const { places, covered, reach_m: reach, exact, bound } = answer.look_next;
  if (!places.length) return null;
  return (
    <section class="w-block" aria-labelledby="w-next">
      <h3 id="w-next">Where to look next</h3>
      <p class="w-small">
        {places.length === 1 ? "One patrol" : `${places.length} patrols`} that see {figure(reach)} m around these places cover {Math.round(covered * 100)} % of what is
        open; {exact ? "no choice covers more" : `no choice covers more than ${Math.round(bound * 100)} %`}.
      </p>
      <ol class="w-next">
        {places.map((place, k) => (
          <li key={`${place.lon} ${place.lat}`}><span class="w-next-number" aria-hidden="true">{k + 1}</span> {Math.abs(place.lat).toFixed(3)}° {place.lat < 0 ? "S" : "N"} {Math.abs(place.lon).toFixed(3)}° {place.lon < 0 ? "W" : "E"}</li>
        ))}
      </ol>
    </section>
  );
}

export function VerifiedPositions({ answer, both }: { answer: VerificationAnswer; both: [string, string] }) {
  if (!answer.positions.length) return null;
  return (
    <section class="w-block">
      <h3 id="w-positions">Positions</h3>
      <div class="w-scroll" role="region" aria-labelledby="w-positions" tabIndex={0}>
        <table class="w-table">
          <thead><tr><th scope="col">Position</th><th scope="col">Side</th><th scope="col">Status</th><th scope="col" class="n">There still</th><th scope="col">Last looked at</th><th scope="col">Rests on</th></tr></thead>
          <tbody>
            {answer.positions.map((each) => (
              <tr key={each.id}>
                <th scope="row">{each.id} <span class="dim">{each.class.replaceAll("_", " ")}</span></th>
                <td><Side party={each.party} both={both} size={11} /></td><td><StatusWord status={each.status} /></td>
                <td class="n">{each.probability_of_breach === null ? "–" : `${Math.round(each.probability_of_breach * 100)} %`}</td>
                <td>{each.last_looked ? day(local(each.last_looked, answer.time_zone)) : <b>never</b>}</td><td><Evidence ids={each.evidence} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
