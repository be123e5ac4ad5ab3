// The two views of the page: the record, and the withdrawal, whose code is loaded when it is first looked at.

import { effect, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { offered } from "./offered";
import { address, failure, openView, type View } from "./state";

const withdrawal = signal<ComponentType | null>(null);
let loading = false;

function load(): void {
  if (loading) return;
  loading = true;
  import("./withdrawal/view").then(
    (module) => (withdrawal.value = module.default),
    () => {
      loading = false;
      failure.value = "The withdrawal view could not be loaded; is the server still running?";
    },
  );
}

effect(() => {
  if (address.value.view === "withdrawal") load();
});

/** Whether the withdrawal is what is looked at; until its code has come, the record stays. */
export const withdrawing = (): boolean => address.value.view === "withdrawal" && withdrawal.value !== null;

export function Withdrawal() {
  const Loaded = withdrawal.value;
  return Loaded && address.value.view === "withdrawal" ? <Loaded /> : null;
}

/** Whether there is anything to switch to. */
const switchable = (): boolean => address.value.view === "withdrawal" || (offered.value?.lines.length ?? 0) > 0;

export function switchView(): void {
  if (switchable()) openView(address.value.view === "record" ? "withdrawal" : "record");
}

const VIEWS: [View, string][] = [["record", "Record"], ["withdrawal", "Withdrawal"]];

export function ViewSwitch() {
  if (!switchable()) return null;
  const { view } = address.value;
  return (
    <div class="view-switch" role="group" aria-label="View">
      {VIEWS.map(([each, words]) => (
        <button key={each} type="button" aria-pressed={view === each} aria-keyshortcuts={view === each ? undefined : "v"} onPointerEnter={load}
          onClick={() => view !== each && openView(each)}>{words}</button>
      ))}
    </div>
  );
}
