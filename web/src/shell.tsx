// The page as a whole: head, notice, panes, tabs on a narrow screen, help, and the keys.

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { DocumentPane } from "./document";
import { Documents } from "./documents";
import { IncidentPane } from "./incident";
import { ListPane, moveInList } from "./list";
import { Legend, MapPane } from "./map-pane";
import { address, ask, failure, go, middle, narrow, record, stepBack, switchTheme, theme, type Tab } from "./state";
import { TabList } from "./tab-list";
import { ACTIONS, ReviewBar, reviewKey, reviewing } from "./review";
import { Timeline } from "./timeline";
import { ViewSwitch, Withdrawal, switchView, withdrawing } from "./views";
import { count } from "./words";

const KEYS: [string, string][] = [
  ["j  k", "next, previous incident"],
  ["Enter", "open what is chosen"],
  ["Esc", "back: document, incident, list"],
  ["/", "search"],
  ["c", "only contested"],
  ["w", "which side is the middle of the map on"],
  ["d", "all documents, with those that hold no claim"],
  ["v", "record or withdrawal, where the case has a line between two parties"],
  ["t", "light or dark"],
  ["?", "this help"],
];

const REVIEW_KEYS: [string, string][] = [
  ...ACTIONS.map(({ key, label }): [string, string] => [key, `${label.toLowerCase()} (in an open incident)`]),
  ["u", "take your last decision back"],
  ["n", "next incident of the list"],
];

function Header({ help, documents }: { help: () => void; documents: () => void }) {
  const view = record.value!;
  return (
    <header class="head">
      <h1>
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true"><path d="M9 27V11.500C9 7.400 12.100 5 16 5s7 2.400 7 6.500V27z" fill="currentColor" /><path d="M16 5v22" stroke="var(--sheet)" stroke-width="1.800" /><path d="M4 27.600h24" stroke="currentColor" stroke-width="2" /></svg>
        <span class="brand">Merestone</span>
        <span class="case">{view.case_name}</span>
      </h1>
      <ViewSwitch />
      <p class="counts">
        <button type="button" class="link" onClick={documents} aria-haspopup="dialog">{count(view.counts["documents"] ?? 0, "document")}</button>, {count(view.counts["claims"] ?? 0, "claim")}, {count(view.counts["incidents"] ?? 0, "incident")}
      </p>
      <span class="spacer" />
      {address.value.view === "record" && <label class="names"><span>Place names</span>
        <select aria-label="Place names" value={address.value.names} onChange={(event) => go({ names: event.currentTarget.value })}>
          <option value="">both sides’</option>
          {view.parties.map((party) => <option key={party.code} value={party.code}>{party.name}’s</option>)}
        </select>
      </label>}
      <button type="button" class="quiet" onClick={switchTheme} aria-label={`Switch to the ${theme.value === "dark" ? "light" : "dark"} theme`}>
        {theme.value === "dark" ? "Light" : "Dark"}
      </button>
      <button type="button" class="quiet" onClick={help} aria-keyshortcuts="?" aria-haspopup="dialog">Help</button>
    </header>
  );
}

function Help({ dialog, documents }: { dialog: RefObject<HTMLDialogElement | null>; documents: () => void }) {
  const view = record.value!;
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClick={(event) => event.target === dialog.current && event.currentTarget.close()}>
      <div class="help-body">
        <h2 id="help-title">How to read this page</h2>
        <p>
          Everything here is somebody’s claim. <span class="said">Words in this face are the source’s own</span>; words in this face are the
          program’s. The program never decides who is right.
        </p>
        <Legend />
        <p>
          A mark shows who speaks. Where several do, it is cut into strips; where one contradicts another, the strips have slipped. A
          soft area on the map says “somewhere within”. “Says nothing” means: nothing in this record.
        </p>
        <table class="keys">
          <caption class="sr">Keys</caption>
          <tbody>{[...KEYS, ...(reviewing.value ? REVIEW_KEYS : [])].map(([key, what]) => (
            <tr key={key}><th scope="row">{key.split("  ").map((k) => <kbd key={k}>{k}</kbd>)}</th><td>{what}</td></tr>
          ))}</tbody>
        </table>
        <p class="dim">
          Record {view.record_id}, built by Merestone {view.program}. Clock times are those of {view.time_zone} unless a source has its
          own. Without a claim: <button type="button" class="link" onClick={() => (dialog.current?.close(), documents())}>{count(view.counts["silent"] ?? 0, "document")}</button>{" "}
          of {view.counts["documents"]}. {count(view.counts["claims_without_place"] ?? 0, "claim")} of {view.counts["claims"]} are without a known place. Land and
          borders: Natural Earth, public domain, drawn as published; no statement about title.
        </p>
        <form method="dialog"><button type="submit">Close</button></form>
      </div>
    </dialog>
  );
}

const TABS: [Tab, string][] = [["list", "Who says what"], ["map", "Where"], ["time", "When"]];

function Tabs() {
  return (
    <TabList label="Readings of the record" tabs={TABS} chosen={address.value.tab} id="tab" panel={(tab) => `panel-${tab}`}
      choose={(tab) => go({ tab, i: "", doc: "", claim: "" })} />
  );
}

function Panes() {
  const { i, doc, tab } = address.value;
  const beneath = withdrawing();
  if (!narrow.value) {
    return (
      <main inert={beneath} class={`panes ${beneath ? "beneath" : ""} ${i ? "with-incident" : ""} ${doc ? "with-document" : ""}`}>
        <ListPane />
        {i && <IncidentPane />}
        <div class="ground">
          <MapPane />
          {doc && <DocumentPane />}
        </div>
        <Timeline />
      </main>
    );
  }
  return (
    <main inert={beneath} class={`panes ${beneath ? "beneath" : ""}`}>
      {/* what lies beneath stays, so that one step back finds it as it was */}
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} class="panel" hidden={i !== "" || doc !== ""}>
        {tab === "list" ? <ListPane /> : tab === "map" ? <MapPane /> : <TimePanel />}
      </div>
      {i && <div class="panel" hidden={doc !== ""}><IncidentPane /></div>}
      {doc && <DocumentPane />}
    </main>
  );
}

/** The view that is looked at; once seen, the record stays beneath, so that coming back finds it as it was. */
function Views() {
  const seen = useRef(false);
  seen.current ||= address.value.view === "record";
  return (
    <div class="views">
      {seen.current && <Panes />}
      <Withdrawal />
    </div>
  );
}

/** On a narrow screen the timeline stands above the incidents it chooses. */
function TimePanel() {
  return (
    <div class="time-panel">
      <Timeline />
      <ListPane />
    </div>
  );
}

export function Shell() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [listing, setListing] = useState(false);
  const help = () => dialog.current?.showModal();
  const documents = () => setListing(true);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      const inField = event.target instanceof HTMLElement && event.target.matches("input:not([type=range]), select, textarea");
      const record = address.value.view === "record";
      if (event.key === "Escape") {
        if (inField) (event.target as HTMLElement).blur();
        else if (record && stepBack()) event.preventDefault();
        return;
      }
      if (inField) return;
      const everywhere: Record<string, () => void> = { "?": help, d: documents, t: switchTheme, v: switchView };
      const actions: Record<string, () => void> = record ? {
        ...everywhere,
        j: () => moveInList(1),
        k: () => moveInList(-1),
        "/": () => document.getElementById("search")?.focus(),
        c: () => go({ contested: !address.value.contested }),
        w: () => middle.value && ask(...middle.value, 0),
      } : everywhere;
      if (record && reviewKey(event.key)) {
        event.preventDefault();
        return;
      }
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  // closing something returns the focus to where it was opened from
  const { i, doc, claim } = address.value;
  const before = useRef({ i, doc, claim });
  useEffect(() => {
    const last = before.current;
    before.current = { i, doc, claim };
    if (last.doc && !doc && last.claim) document.querySelector<HTMLElement>(`[data-claim="${CSS.escape(last.claim)}"]`)?.focus();
    else if (last.i && !i) document.querySelector<HTMLElement>(`.row a[href="?i=${CSS.escape(last.i)}"]`)?.focus();
  }, [i, doc, claim]);

  const view = record.value!;
  const inRecord = address.value.view === "record";
  useEffect(() => {
    document.title = `${inRecord ? "" : "Withdrawal · "}${view.case_name} · Merestone`;
  }, [view, inRecord]);
  return (
    <div class="shell">
      <a class="skip" hidden={!inRecord} href="#search" onClick={(event) => (event.preventDefault(), document.getElementById("search")?.focus())}>Skip to the search</a>
      <Header help={help} documents={documents} />
      {view.notice && <p class="notice" role="note">{view.notice}</p>}
      {inRecord && <ReviewBar />}
      {inRecord && narrow.value && !i && !doc && <Tabs />}
      {failure.value && <p class="failure" role="alert">{failure.value}</p>}
      <Views />
      <Help dialog={dialog} documents={documents} />
      {listing && <Documents close={() => setListing(false)} />}
    </div>
  );
}
