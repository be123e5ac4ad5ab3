"""What a decision says, in words."""

from __future__ import annotations

import orjson

from merestone.model import Decision


def described(decision: Decision) -> str:
    """What a decision says, as one line without its author and reason."""
    what = ", ".join(decision.subjects)
    if decision.kind == "correct":
        return f"correct {decision.field} of {what} to {decision.value}"
    if decision.kind == "pin" and decision.value:
        pin = orjson.loads(decision.value)
        where = pin["place"] or f"{pin['lon']:g} {pin['lat']:g} within {pin['radius_m']:g} m"
        return f"pin {pin['mention']['name']} of {what} to {where}"
    if decision.kind == "split":
        return f"split {', '.join(decision.subjects[1:])} off {decision.subjects[0]}"
    return f"{'mark ' + what + ' as sensitive' if decision.kind == 'sensitive' else decision.kind + ' ' + what}"
