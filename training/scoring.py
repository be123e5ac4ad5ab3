"""How well a network reads annotated documents: the corpus's own measure, over drafts of claims."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from examples import OBSERVER, context_of
from merestone.reading.candidates import KINDS
from merestone.reading.decoding import PLACE_ROLES, Draft, Network, Settings, drafts_of
from merestone.reading.encoding import Pieces
from merestone.reading.inputs import Inputs, inputs_of
from merestone.reading.text import text_of


def scorer(corpus: Path) -> Any:
    """The corpus's ``score_claims.py`` as a module."""
    spec = importlib.util.spec_from_file_location("score_claims", corpus / "score_claims.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_claim(draft: Draft, text: str) -> dict[str, Any]:
    """A draft with the fields of an annotated claim that are scored."""
    places = [
        {"name": text[slice(*p.candidate.span)], "span": list(p.candidate.span), "role": PLACE_ROLES[p.answer - 1]}
        for p in draft.places
        if p.answer != OBSERVER
    ]
    return {
        "span": list(draft.span), "event": draft.event, "act": draft.act, "confidence": draft.confidence,
        "speaker": draft.who["speaker"].code or "UNKNOWN", "actor": draft.who["actor"].code, "target": draft.who["target"].code,
        "time": list(draft.time.candidate.value) if draft.time else None, "places": places,
        "quantities": [{"what": KINDS[n.answer - 1], "value": n.candidate.value.value} for n in draft.numbers],
        "means": sorted({means for w in draft.weapons for means in w.candidate.value.means}),
        "evidence": sorted({p.candidate.value.kind for p in draft.proofs}),
    }  # fmt: skip


def all_inputs(documents: Sequence[Mapping[str, Any]], cut: Pieces) -> list[Inputs]:
    """The inputs of documents."""
    return [inputs_of(text_of(d["text"]), context_of(d), cut) for d in documents]


def read(
    documents: Sequence[Mapping[str, Any]], inputs: Sequence[Inputs], network: Network, settings: Settings
) -> dict[str, list[Draft]]:
    """The drafts of each document, by its id."""
    return {d["id"]: drafts_of(i, network, settings)[0] for d, i in zip(documents, inputs, strict=True)}


def measures(
    score: Any, documents: Sequence[Mapping[str, Any]], drafts: Mapping[str, Sequence[Draft]], keep: Callable[[Draft], bool]
) -> dict[str, float]:
    """The measures of the corpus's scorer for the drafts that are kept."""
    text = {d["id"]: d["text"] for d in documents}
    claims = {name: [as_claim(d, text[name]) for d in found if keep(d)] for name, found in drafts.items()}
    return {name: round(value, 3) for name, value in measures_of_claims(score, documents, claims)[0].items()}


def measures_of_claims(
    score: Any, documents: Sequence[Mapping[str, Any]], claims: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[dict[str, float], Mapping[str, int]]:
    """The measures of the corpus's scorer, by its names for them, and its counts."""
    counts, attributes, bags, _ = score.score(documents, claims)
    out: dict[str, float] = {}
    for kind in ("claim", "located", "tuple"):
        precision, recall, f1 = score.prf(counts[kind], counts["pred"], counts["gold"])
        out |= {f"{kind}_precision": precision, f"{kind}_recall": recall, f"{kind}_f1": f1}
    out |= {f"{name}_accuracy": sum(values) / len(values) for name, values in attributes.items()}
    out |= {f"{name}_f1": score.prf(bag["tp"], bag["pred"], bag["gold"])[2] for name, bag in bags.items()}
    return out, counts
