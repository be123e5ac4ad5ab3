// Whether this case offers a withdrawal to plan, known before the view itself is loaded.

import { effect, signal } from "@preact/signals";
import { fetchWithdrawal, type WithdrawalView } from "./api";
import { record } from "./state";

/** What the case offers; null until it is known. */
export const offered = signal<WithdrawalView | null>(null);
export const offeredRefused = signal("");

// a new build may change it
effect(() => {
  if (!record.value) return;
  // the record paints first
  setTimeout(() => {
    fetchWithdrawal().then(
      (view) => (offered.value = view),
      (error: unknown) => (offeredRefused.value = (error as Error).message),
    );
  }, 0);
});
